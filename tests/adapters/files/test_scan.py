"""The scan finds photos, and nothing of what photo tools leave lying about."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwright.errors import ConfigurationError
from tagwright_adapters.files.names import resolved, to_path, to_reference
from tagwright_adapters.files.scan import scan


def _found(*roots: Path) -> list[str]:
    def skipped(path: Path, reason: str) -> None:
        pytest.fail(f"{path}: {reason}")

    found = scan(roots, skipped, lambda _: None)
    return [listing.folder + entry.name for listing in found for entry in listing.entries]


def _touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_photos_of_all_kinds_in_order(tmp_path: Path) -> None:
    """Pictures, RAW files and videos, by folder and name; other files are not photos."""
    wanted = [tmp_path / name for name in ("a.JPG", "b.nef", "sub/c.heic", "sub/d.mp4")]
    _touch(*wanted, tmp_path / "a.xmp", tmp_path / "notes.txt", tmp_path / "jpg")
    assert _found(tmp_path) == [str(path) for path in wanted]


@pytest.mark.parametrize(
    "name",
    [
        "@eaDir/a.jpg",
        "#recycle/a.jpg",
        ".thumbnails/a.jpg",
        ".dtrash/files/a.jpg",
        "Library.photoslibrary/a.jpg",
        "Previews.lrdata/a.jpg",
        ".hidden.jpg",
        "._resource-fork.jpg",
        ".tagwright-0000-1-00000000-0.tmp",
        "a.jpg_exiftool_tmp",
        "a.jpg_original",
        "a.jpg~",
        "a.jpg.download/a.jpg",
        "~syncthing~a.jpg",
        "BatchTool-4711.digikamtempfile.jpg",
    ],
)
def test_leftovers_are_passed_over(tmp_path: Path, name: str) -> None:
    """Thumbnails, trash, caches, and what others and we have not finished."""
    _touch(tmp_path / name, tmp_path / "photo.jpg")
    assert _found(tmp_path) == [str(tmp_path / "photo.jpg")]


def test_each_folder_is_announced_before_it_is_read(tmp_path: Path) -> None:
    """What is put into it at that moment is found, so that a watcher misses nothing."""
    _touch(tmp_path / "sub" / "a.jpg", tmp_path / "@eaDir" / "a.jpg")
    announced: list[str] = []

    def entering(folder: str) -> None:
        announced.append(folder)
        _touch(Path(folder, "late.jpg"))

    found = list(scan([tmp_path], lambda *_: None, lambda _: None, entering))
    assert announced == [str(tmp_path), str(tmp_path / "sub")]
    assert [listing.names for listing in found] == [("late.jpg",), ("a.jpg", "late.jpg")]


def test_a_root_is_taken_whatever_its_name(tmp_path: Path) -> None:
    """Who names a hidden folder means it."""
    _touch(tmp_path / ".hidden" / "a.jpg")
    assert _found(tmp_path / ".hidden") == [str(tmp_path / ".hidden" / "a.jpg")]


def test_folders_that_overlap_are_read_once(tmp_path: Path) -> None:
    """Each photo comes once, however often it is named."""
    _touch(tmp_path / "a.jpg", tmp_path / "sub" / "b.jpg")
    expected = [str(tmp_path / "a.jpg"), str(tmp_path / "sub" / "b.jpg")]
    given_twice = (tmp_path / "sub", tmp_path, tmp_path / "a.jpg", tmp_path)
    assert _found(*given_twice) == expected


def test_links(tmp_path: Path) -> None:
    """Links to photos are taken; links to folders are not followed, so no loop can arise."""
    _touch(tmp_path / "real" / "a.jpg")
    (tmp_path / "real" / "loop").symlink_to(tmp_path)
    (tmp_path / "real" / "b.jpg").symlink_to("a.jpg")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    names = [str(tmp_path / "real" / name) for name in ("a.jpg", "b.jpg")]
    assert _found(tmp_path) == names
    assert _found(tmp_path / "link") == names


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    """A dangling link, and a file that is no photo but was named."""
    (tmp_path / "gone.jpg").symlink_to("nowhere")
    _touch(tmp_path / "notes.txt")
    said: list[str] = []
    for root in (tmp_path, tmp_path / "notes.txt"):
        found = scan([root], lambda path, reason: said.append(path.name), lambda _: None)
        assert list(found) == []
    assert said == ["gone.jpg", "notes.txt"]


def test_a_root_that_is_not_there(tmp_path: Path) -> None:
    """A typing error is no empty folder."""
    with pytest.raises(ConfigurationError, match=r"nowhere cannot be read.*spelling"):
        _found(tmp_path / "nowhere")


@given(st.binary(min_size=1, max_size=40).filter(lambda name: b"\0" not in name))
def test_every_file_name_has_a_reference(name: bytes) -> None:
    """And comes back from it, byte for byte; a reference can be stored and printed."""
    path = os.fsdecode(b"/photos/" + name.replace(b"/", b"_"))
    reference = to_reference(path)
    assert os.fsencode(to_path(reference)) == os.fsencode(Path(path))
    assert "\n" not in reference
    reference.encode()


def test_folders_that_differ_in_case_alone_are_two(tmp_path: Path) -> None:
    """As on this disk; another takes the second for the first, and so do we."""
    for name in ("Photos", "pHOTOS"):
        (tmp_path / name).mkdir(exist_ok=True)
    there = sorted(os.listdir(tmp_path))
    found = {resolved(tmp_path / name) for name in ("Photos", "pHOTOS")}
    assert found == {tmp_path.resolve() / name for name in there}
    assert resolved(tmp_path / "gone" / "A") == tmp_path.resolve() / "gone" / "A"
