"""Prompts and business profiles as data, and what turns them into a prompt."""

from tagwright_prompts.loading import ProfileError, load_profile, profile_text, profiles
from tagwright_prompts.profile import Profile, Range
from tagwright_prompts.rendering import (
    TEMPLATES_VERSION,
    MatchPrompt,
    Prompt,
    render_match_prompt,
    render_prompt,
    with_facts,
)

__all__ = [
    "TEMPLATES_VERSION",
    "MatchPrompt",
    "Profile",
    "ProfileError",
    "Prompt",
    "Range",
    "load_profile",
    "profile_text",
    "profiles",
    "render_match_prompt",
    "render_prompt",
    "with_facts",
]
