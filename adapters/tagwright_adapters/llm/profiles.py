"""Business profiles as taggers take them."""

from __future__ import annotations

from tagwright.errors import ConfigurationError
from tagwright.model import Kind
from tagwright_prompts import Profile, ProfileError, load_profile


def find_profile(name: str) -> Profile:
    """Return a profile by its name, or a user's by the path of its TOML file.

    Raises:
        ConfigurationError: there is none, or it cannot be used.
    """
    try:
        profile = load_profile(name)
    except ProfileError as exc:
        cure = "See 'tagwright taggers profiles'."
        raise ConfigurationError(str(exc), cure=cure) from exc
    if unknown := set(profile.kinds) - set(Kind):
        msg = f"the profile {name!r} asks for unknown kinds: {', '.join(sorted(unknown))}."
        kinds = (kind for kind in Kind if kind is not Kind.OTHER)
        raise ConfigurationError(msg, cure=f"Kinds are: {', '.join(kinds)}.")
    return profile
