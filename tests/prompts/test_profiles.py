"""Profiles as data."""

from __future__ import annotations

import pytest

from tagwright.model import Kind
from tagwright_prompts import Profile, ProfileError, load_profile, profiles
from tagwright_prompts.loading import parse_profile

SMALL = """
title = "Small"
viewer = "Somebody."
searches = ["a"]
examples = ["b"]
leave_out = []
caption = "short"
alt_text = "short"
tags = { min = 1, max = 2 }
synonyms = { min = 0, max = 1 }
kinds = { object = "things" }
"""


@pytest.mark.parametrize("name", profiles())
def test_shipped_profiles_are_whole(name: str) -> None:
    """Each loads, asks for kinds that exist and fills every field."""
    profile = load_profile(name)
    assert set(profile.kinds) <= set(Kind)
    assert all(
        text.strip() == text and text
        for text in (*profile.searches, *profile.examples, *profile.leave_out)
    )


def test_general_asks_for_what_is_documented() -> None:
    """Eight to twelve tags, two to three synonyms."""
    profile = load_profile("general")
    assert (profile.tags.min, profile.tags.max) == (8, 12)
    assert (profile.synonyms.min, profile.synonyms.max) == (2, 3)


@pytest.mark.parametrize("name", ["", "General", "../profiles/general", "general.toml", "\x00"])
def test_unknown_names_are_refused(name: str) -> None:
    """Only names of profiles are names; the message lists them."""
    with pytest.raises(ProfileError, match="choose one of: general"):
        load_profile(name)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('title = "Small"', "title = ", "not TOML"),
        ('title = "Small"', 'titel = "Small"', "title"),
        ("min = 1, max = 2", "min = 3, max = 2", "min 3 is above max 2"),
        ('searches = ["a"]', "searches = []", "searches"),
        ('caption = "short"', "caption = 3", "caption"),
    ],
)
def test_faults_are_named(old: str, new: str, words: str) -> None:
    """The key that is wrong stands in the message."""
    with pytest.raises(ProfileError, match=words):
        parse_profile(SMALL.replace(old, new), "small")


def test_key_follows_content() -> None:
    """Another word is another key; the same words are the same."""
    one = parse_profile(SMALL, "small")
    assert one.key == parse_profile(SMALL, "other").key
    assert one.key != parse_profile(SMALL.replace("things", "stuff"), "small").key
    assert isinstance(one, Profile)
