"""Replacing files: all at once or not at all, and nothing of ours stays behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tagwright.errors import ChangedMeanwhileError
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.replacing import Identity, clean_leftovers, commit, prepare
from tagwright_adapters.files.targets import FileOptions


def accept(_: Path) -> None:
    """Find nothing wrong with a file."""


def put(target: Path, data: bytes, before: Identity | None) -> None:
    """Replace a file's contents."""

    def fill(temporary: Path) -> None:
        temporary.write_bytes(data)

    like = target.parent if before is None else target
    temporary = prepare(target, fill, accept, like=like, is_new=before is None, newer_than=0)
    try:
        commit(target, temporary, before)
    finally:
        temporary.unlink(missing_ok=True)


def test_a_new_file_is_made_only_where_none_is(tmp_path: Path) -> None:
    """Somebody else's sidecar that has come meanwhile is not replaced."""
    target = tmp_path / "photo.xmp"
    put(target, b"one", None)
    assert target.read_bytes() == b"one"
    with pytest.raises(ChangedMeanwhileError):
        put(target, b"two", None)
    assert target.read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["photo.xmp"]


def test_a_failed_check_leaves_everything_as_it_was(tmp_path: Path) -> None:
    """The temporary file goes too."""
    target = tmp_path / "photo.jpg"
    target.write_bytes(b"old")
    before = Identity.of(target)

    def fill(temporary: Path) -> None:
        temporary.write_bytes(b"new")

    def refuse(temporary: Path) -> None:
        assert temporary.read_bytes() == b"new"
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        prepare(
            target,
            fill,
            refuse,
            like=target,
            is_new=False,
            newer_than=before.modified,
        )
    assert Identity.of(target) == before
    assert os.listdir(tmp_path) == ["photo.jpg"]


def test_the_file_that_was_looked_at_is_the_one_replaced(tmp_path: Path) -> None:
    """Somebody else's save in between wins."""
    target = tmp_path / "photo.jpg"
    target.write_bytes(b"old")
    before = Identity.of(target)
    target.write_bytes(b"theirs")
    with pytest.raises(ChangedMeanwhileError):
        put(target, b"ours", before)
    assert target.read_bytes() == b"theirs"


def test_temporary_files_are_hidden_and_short(tmp_path: Path) -> None:
    """Other tools pass them over, and they fit beside a name of 255 bytes."""
    name = _temporary(tmp_path / ("x" * 255)).name
    assert name.startswith(".")
    assert name.isascii()
    assert len(name) < 80


def _temporary(target: Path) -> Path:
    folder = target.parent
    return prepare(target, Path.touch, accept, like=folder, is_new=True, newer_than=0)


def ended() -> int:
    """Return the number of a process that is no more."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_leftovers_of_dead_processes_go(tmp_path: Path) -> None:
    """Those of living ones stay, and so do files of other people and, for a day, other machines."""
    name = _temporary(tmp_path / "photo").name
    host, pid, token = name.removeprefix(".tagwright-").split("-")[:3]
    dead = ended()
    other = f"{int(host, 16) ^ 1:04x}"
    old = f".tagwright-{other}-{pid}-{token}-2.tmp"
    gone = {
        f".tagwright-{host}-{dead}-{token}-0.tmp",
        f".tagwright-{host}-{pid}-{int(token, 16) ^ 1:08x}-0.tmp",  # our number, an earlier life
        old,
    }
    kept = {
        name,
        f".tagwright-{host}-{os.getppid()}-{token}-0.tmp",
        f".tagwright-{other}-{dead}-{token}-1.tmp",
        ".tagwright-notes.tmp",
        "photo",
    }
    for each in gone | kept:
        (tmp_path / each).touch()
    yesterday = time.time() - 90_000
    os.utime(tmp_path / old, (yesterday, yesterday))
    assert clean_leftovers(tmp_path) == len(gone)
    assert set(os.listdir(tmp_path)) == kept


async def test_a_listing_clears_away_what_killed_runs_left(tmp_path: Path, photos: Path) -> None:
    """In every folder, also one whose photos need nothing; living processes are left alone."""
    for folder in ("one", "one/two", "three"):
        (tmp_path / folder).mkdir()
        shutil.copyfile(photos / "cat.jpg", tmp_path / folder / "cat.jpg")
    host, _, token = _temporary(tmp_path / "x").name.removeprefix(".tagwright-").split("-")[:3]
    living = f".tagwright-{host}-{os.getppid()}-{token}-0.tmp"
    for folder in ("one/two", "three"):
        (tmp_path / folder / f".tagwright-{host}-{ended()}-{token}-0.tmp").touch()
        (tmp_path / folder / living).touch()
    library = FileLibrary([tmp_path], FileOptions(workers=1))
    assert len(list(library.listings())) == 3
    await library.aclose()
    for folder in ("one/two", "three"):
        assert sorted(os.listdir(tmp_path / folder)) == [living, "cat.jpg"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may remove everything")
def test_leftovers_that_may_not_be_removed(tmp_path: Path) -> None:
    """They stay, and nothing else comes of it."""
    host, _, token = _temporary(tmp_path / "x").name.removeprefix(".tagwright-").split("-")[:3]
    left = tmp_path / f".tagwright-{host}-{ended()}-{token}-0.tmp"
    left.touch()
    tmp_path.chmod(0o500)
    try:
        assert clean_leftovers(tmp_path) == 0
    finally:
        tmp_path.chmod(0o700)
    assert left.exists()
