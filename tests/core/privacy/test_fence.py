"""What a fence keeps, by what is known of a photo."""

from __future__ import annotations

import pytest

from tagwright.model import AssetRef, Extra, ExtraField, Facts
from tagwright.privacy import Fence, Pattern

PHOTO = AssetRef("files", "/home/anna/Pictures/Medical/knee/x.jpg")


def _patterns(*texts: str) -> tuple[Pattern, ...]:
    return tuple(map(Pattern, texts))


def _kept(fence: Fence, facts: Facts, ref: AssetRef = PHOTO, looks: str = "") -> str:
    return str(fence.keeps(ref, facts, looks) or "")


def test_without_entries_nothing_is_kept() -> None:
    """And there is nothing to be part of a goal."""
    facts = Facts("x.jpg", tags=(("Private",),), people=("Anna",))
    assert _kept(Fence(), facts, looks="a page") == ""
    assert Fence().key == []


def test_folders_above_the_one_that_was_given_count() -> None:
    """A run that begins below "Medical" is still in it."""
    fence = Fence(folders=_patterns("medical"))
    assert _kept(fence, Facts("x.jpg", folders=("knee",))) == "folder 'medical'"
    assert _kept(fence, Facts("x.jpg"), AssetRef("files", "/home/medical.jpg")) == ""


def test_albums_count_as_folders() -> None:
    """Whether a library lists them as folders or as albums."""
    fence, elsewhere = Fence(folders=_patterns("Taxes")), AssetRef("immich", "0-1-2")
    assert _kept(fence, Facts("x", folders=("Taxes",)), elsewhere)
    assert _kept(fence, Facts("x", extras=(Extra(ExtraField.ALBUM, "TAXES"),)), elsewhere)
    assert not _kept(fence, Facts("x", extras=(Extra(ExtraField.CAPTION, "Taxes"),)), elsewhere)


def test_a_percent_sign_is_written_as_in_the_file_system() -> None:
    """References escape it."""
    fence = Fence(folders=_patterns("100% private"))
    assert _kept(fence, Facts("x"), AssetRef("files", "/p/100%25 private/x.jpg"))


@pytest.mark.parametrize(
    "facts",
    [
        Facts("x", people=("anna müller",)),
        Facts("x", tags=(("People", "Anna Müller"),)),
        Facts("x", tags=(("Anna Müller",),)),
        Facts("x", keywords=(("Friends", "School", "ANNA MÜLLER"),)),
    ],
)
def test_people_are_known_by_regions_and_tags(facts: Facts) -> None:
    """In any spelling; a tag of that name is rarely anything else."""
    assert _kept(Fence(people=_patterns("Anna Müller")), facts) == "person 'Anna Müller'"
    assert not _kept(Fence(people=_patterns("Anna")), facts)
    assert not _kept(Fence(people=_patterns("Bob")), facts)


def test_everybody_who_has_a_name() -> None:
    """A star does not mean tags that name nobody."""
    fence = Fence(people=_patterns("*"))
    assert _kept(fence, Facts("x", people=("Anna",)))
    assert _kept(fence, Facts("x", tags=(("Familie", "Oma"),)))
    assert not _kept(fence, Facts("x", tags=(("Animals", "Cat"), ("Family",))))


def test_tags_and_all_below_them() -> None:
    """By name or by path, in whichever field they stand."""
    fence = Fence(tags=_patterns("Private", "Work/Secret"))
    for path in (("Private",), ("a", "private", "b"), ("Work", "Secret"), ("Work", "Secret", "x")):
        assert _kept(fence, Facts("x", tags=(path,)))
        assert _kept(fence, Facts("x", keywords=(path,)))
    for path in (("Work",), ("Secret",), ("Secret", "Work"), ("Privates",)):
        assert not _kept(fence, Facts("x", tags=(path,)))


def test_documents() -> None:
    """Only where they are to stay; what facts say goes first."""
    fence = Fence(documents=True, tags=_patterns("Private"))
    assert _kept(fence, Facts("x"), looks="a light page") == "document (a light page)"
    assert _kept(fence, Facts("x", tags=(("Private",),)), looks="page") == "tag 'Private'"
    assert _kept(fence, Facts("x")) == ""


def test_the_key_tells_fences_apart() -> None:
    """Whatever makes a difference, and not the order of entries."""
    one, other = Fence(tags=_patterns("a", "b")), Fence(tags=_patterns("b", "a"))
    assert one.key == other.key
    keys = [Fence(folders=_patterns("a")).key, Fence(people=_patterns("a")).key, one.key]
    keys += [Fence(documents=True).key, []]
    assert all(keys.count(key) == 1 for key in keys)
