"""Prompts and business profiles as data, and what turns them into a prompt."""

from tagwright_prompts.profile import Profile, ProfileError, Range, load_profile, profiles
from tagwright_prompts.rendering import MatchPrompt, Prompt, render_match_prompt, render_prompt

__all__ = [
    "MatchPrompt",
    "Profile",
    "ProfileError",
    "Prompt",
    "Range",
    "load_profile",
    "profiles",
    "render_match_prompt",
    "render_prompt",
]
