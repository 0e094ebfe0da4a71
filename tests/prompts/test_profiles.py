"""Profiles as data."""

from __future__ import annotations

from contextlib import suppress
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwright.model import Kind
from tagwright_prompts import ProfileError, load_profile, profile_text, profiles
from tagwright_prompts.loading import parse_profile

SMALL = """
title = "Small"
viewer = "Somebody."
searches = ["a"]
examples = ["b"]
leave_out = []

tags = { min = 1, max = 2 }
caption = "short"
alt_text = "short"
[kinds]
object = "things"
[synonyms]
min = 0
max = 1
"""


@pytest.mark.parametrize("name", profiles())
def test_shipped_profiles_are_whole(name: str) -> None:
    """Each loads, asks for kinds that exist and fills every field."""
    profile = load_profile(name)
    assert set(profile.kinds) <= set(Kind)
    assert all(
        text.strip() == text and text
        for text in (*profile.searches, *profile.examples, *profile.leave_out, *profile.house_style)
    )


@pytest.mark.parametrize("name", profiles())
def test_numbers_are_those_that_were_asked_for(name: str) -> None:
    """Between eight and twelve tags, two to three synonyms, versions from one."""
    profile = load_profile(name)
    assert 8 <= profile.tags.min <= profile.tags.max == 12
    assert (profile.synonyms.min, profile.synonyms.max) == (2, 3)
    assert profile.edition == f"{profile.title}, version {profile.version}"


def test_every_trade_is_there() -> None:
    """In the words of the people who work in it."""
    assert profiles() == (
        "design-studio",
        "e-commerce",
        "family",
        "general",
        "marketing-agency",
        "media-publishing",
        "photo-studio",
        "real-estate",
    )
    assert len({load_profile(name).title for name in profiles()}) == 8


def test_trades_want_different_things() -> None:
    """No two profiles share an example of a search, and few share one of a tag."""
    searches = [search for name in profiles() for search in load_profile(name).searches]
    assert len(set(searches)) == len(searches)
    examples = {name: set(load_profile(name).examples) for name in profiles()}
    for one, other in combinations(profiles(), 2):
        assert len(examples[one] & examples[other]) <= 3, (one, other)


@pytest.mark.parametrize("name", profiles())
def test_what_a_profile_rules_out_is_no_example(name: str) -> None:
    """ "furniture, interior, wall" is what nobody searches for."""
    profile = load_profile(name)
    said = {*profile.examples}
    assert not said & {"photo", "image", "picture", "furniture", "interior", "wall", "beautiful"}


@pytest.mark.parametrize("name", ["", "General", "../profiles/general", "general/", "\x00"])
def test_unknown_names_are_refused(name: str) -> None:
    """Only names of profiles are names; the message lists them."""
    with pytest.raises(ProfileError, match="choose one of: design-studio, e-commerce"):
        load_profile(name)


def test_a_likely_name_is_proposed() -> None:
    """Spaces and capitals are what people write."""
    with pytest.raises(ProfileError, match="did you mean 'real-estate'"):
        load_profile("Real Estate")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('title = "Small"', "title = ", "not TOML.*line 2"),
        ('title = "Small"', 'titel = "Small"', "line 2, .*no key 'titel'; did you mean 'title'"),
        ('title = "Small"', "", "title: Field required"),
        ("min = 1, max = 2", "min = 3, max = 2", "line 8, .*min 3 is above max 2"),
        ("min = 1, max = 2", "min = 0, max = 0", "max is 0"),
        ("min = 1, max = 2", "min = 1, most = 2", "line 8, .*(tags.max|'tags.most')"),
        ('searches = ["a"]', "searches = []", "line 4, .*searches: Tuple should have at least 1"),
        ('searches = ["a"]', 'searches = ["a", 3]', "line 4, .*searches.2: .*valid string"),
        ('searches = ["a"]', f'searches = ["{"a" * 401}"]', "line 4, .*at most 400"),
        ('caption = "short"', "caption = 3", "line 9, .*caption: .*valid string"),
        ('caption = "short"', 'caption = " "', "caption"),
        ('object = "things"', 'other = "things"', "'other' is always there"),
        ('object = "things"', "object = 1", "line 12, .*kinds.object"),
        ('title = "Small"', 'title = "Small"\nversion = 0', "line 3, .*version"),
        ('title = "Small"', 'title = "Small"\nversion = "x"', "line 3, .*version.*valid integer"),
    ],
)
def test_faults_are_named(old: str, new: str, words: str) -> None:
    """The key that is wrong stands in the message, and its line where it has one."""
    assert old in SMALL
    with pytest.raises(ProfileError, match=words):
        parse_profile(SMALL.replace(old, new), "small")


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    """Whatever a file holds, it is a profile or an error of ours."""
    with suppress(ProfileError):
        parse_profile(text, "any")
    with suppress(ProfileError):
        load_profile(text)


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    """By its path, with whatever editors of Windows leave in it."""
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load_profile(str(path)).edition == "Small, version 1"
    assert profile_text(str(path)).startswith("\ntitle")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read: No such file"),
        (b'title = "\xff"', "not UTF-8"),
        (b"#" * 200_000, "more than 100,000 bytes"),
        (b"", "title: Field required"),
    ],
)
def test_files_that_are_no_profile(tmp_path: Path, content: bytes | None, words: str) -> None:
    """What is wrong is said of the file by name."""
    path = tmp_path / "mine.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ProfileError, match=words) as caught:
        load_profile(str(path))
    assert "mine.toml" in str(caught.value)


@pytest.mark.parametrize("name", profiles())
def test_a_copy_is_the_profile(tmp_path: Path, name: str) -> None:
    """What a user copies out means the same from a file."""
    path = tmp_path / "copy.TOML"
    path.write_text(profile_text(name), encoding="utf-8")
    assert load_profile(str(path)) == load_profile(name)
