"""Where profiles come from: those that come with Tagwright, by name, and TOML files by path."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tagwright_prompts.profile import Profile, Range

_SUFFIX = ".toml"
_LARGEST = 100_000  # bytes of a profile


class ProfileError(ValueError):
    """A profile does not exist or cannot be used."""


def profiles() -> tuple[str, ...]:
    """Return the names of the profiles that come with Tagwright, sorted."""
    folder = resources.files(__package__) / "profiles"
    names = (item.name for item in folder.iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)))


def load_profile(name: str) -> Profile:
    """Return a profile that comes with Tagwright or, where ``name`` ends in ".toml", a file's.

    Raises:
        ProfileError: there is none of that name, or the file is not as it should be.
    """
    return parse_profile(profile_text(name), name)


def profile_text(name: str) -> str:
    """Return the TOML of a profile as it stands, with its comments.

    Raises:
        ProfileError: there is none of that name, or the file cannot be read.
    """
    if name.lower().endswith(_SUFFIX):
        return _read(Path(name))
    if name not in profiles():
        near = difflib.get_close_matches(
            name.lower().replace(" ", "-"), profiles(), n=1, cutoff=0.5
        )
        meant = f"did you mean {near[0]!r}? " if near else ""
        msg = (
            f"there is no profile {name!r}; {meant}choose one of: {', '.join(profiles())};"
            " or give the path of a file of your own that ends in .toml."
        )
        raise ProfileError(msg)
    return (resources.files(__package__) / "profiles" / f"{name}{_SUFFIX}").read_text("utf-8")


def parse_profile(text: str, name: str) -> Profile:
    """Return the profile that a TOML text describes.

    Raises:
        ProfileError: the text is not TOML, or has keys or values that a profile does not take.
    """
    try:
        return Profile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as exc:
        msg = f"the profile {name!r} is not TOML: {exc}."
        raise ProfileError(msg) from exc
    except ValidationError as exc:
        found = exc.errors(include_url=False, include_input=False)
        # A misspelt key is missing under its right name too; the misspelling says more.
        first = min(found, key=lambda error: error["type"] != "extra_forbidden")
        line = _line(text, first["loc"])
        where = f", line {line}" if line else ""
        msg = f"the profile {name!r}{where}, cannot be used: {_explained(first)}."
        raise ProfileError(msg) from exc


def _read(path: Path) -> str:
    try:
        with path.expanduser().open("rb") as stream:
            data = stream.read(_LARGEST + 1)
        text = data.decode("utf-8-sig")
    except (OSError, ValueError, RuntimeError) as exc:  # of paths with NUL, or an unknown "~name"
        reason = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8 text"
        msg = f"the profile {str(path)!r} cannot be read: {reason}."
        raise ProfileError(msg) from exc
    if len(data) > _LARGEST:
        msg = f"the profile {str(path)!r} has more than {_LARGEST:,} bytes, and cannot be one."
        raise ProfileError(msg)
    return text.replace("\r\n", "\n")


def _explained(error: ErrorDetails) -> str:
    """Say what is wrong, with the keys that there are where one is not known."""
    place = ".".join(str(step + 1) if isinstance(step, int) else step for step in error["loc"])
    if error["type"] == "extra_forbidden":
        *above, last = error["loc"]
        known = _keys(above)
        near = difflib.get_close_matches(str(last), known, n=1)
        meant = f"did you mean {near[0]!r}" if near else f"keys are {', '.join(known)}"
        return f"there is no key {place!r}; {meant}"
    reason = error["msg"].removeprefix("Value error, ")
    return f"{place}: {reason}" if place else reason


def _keys(above: Sequence[int | str]) -> list[str]:
    record: type[BaseModel] = Range if above else Profile
    return list(record.model_fields)


def _line(text: str, place: Sequence[int | str]) -> int | None:
    """Return the line of the key that an error is about, or of the section that it stands in."""
    names = [step for step in place if isinstance(step, str)]
    section, found = "", None
    for number, line in enumerate(text.split("\n"), start=1):
        if header := re.match(r"\s*\[\s*([\w-]+)\s*\]", line):
            section = header[1]
            path = [section]
        elif key := re.match(r"\s*[\"']?([\w-]+)[\"']?\s*=", line):
            path = [section, key[1]] if section else [key[1]]
        else:
            continue
        if path == names:
            return number
        if path == names[:1]:  # an inline table, or the header of the section
            found = number
    return found
