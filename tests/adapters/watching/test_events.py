"""What is seen of folders that the system tells about: real files, real inotify."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.adapters.watching.listening import OLD, QUICK, Listen, Listener, named, put, said

from tagwright_adapters.files.names import to_reference
from tagwright_adapters.files.replacing import LEFTOVER_PREFIX
from tagwright_adapters.files.scan import folder_reference
from tagwright_adapters.watching import FolderWatcher, WatchOptions
from tagwright_adapters.watching.stability import Patience

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux'")

CALM = WatchOptions(patience=Patience(closed=0.05, open=10.0))  # a busy machine is no silence
FOLDERS = 200
FILES = 5  # in each


async def _live(listener: Listener, root: Path) -> None:
    """Wait until what happens in ``root`` is seen."""
    await listener.sees(put(root / "first.jpg"))


async def test_what_is_there_already_is_named_whole(tmp_path: Path, listen: Listen) -> None:
    photos = [put(tmp_path / name) for name in ("a.jpg", "sub/b.nef", "sub/deep/c.mp4")]
    put(tmp_path / "notes.txt")
    async with listen(tmp_path) as listener:
        await listener.sees(*photos)
    assert all(arrival.whole for arrival in listener.arrivals)
    assert sorted(listener.named()) == sorted(map(str, photos))


async def test_a_file_that_is_written_and_closed(tmp_path: Path, listen: Listen) -> None:
    async with listen(tmp_path) as listener:
        await _live(listener, tmp_path)
        photo = put(tmp_path / "new.jpg", 123, age=0)
        await listener.sees(photo)
    assert listener.sizes_of(photo) == [123]


async def test_a_slow_copy_is_named_when_it_is_complete(tmp_path: Path, listen: Listen) -> None:
    """While it grows others are named; the pauses are longer than the quiet after a close."""
    photo = tmp_path / "slow.jpg"
    async with listen(tmp_path, options=CALM) as listener:
        await _live(listener, tmp_path)
        with photo.open("wb", buffering=0) as stream:
            for number in range(4):
                stream.write(b"x" * 1000)
                await listener.sees(put(tmp_path / f"other{number}.jpg", age=0))
        await listener.sees(photo)
    assert listener.sizes_of(photo) == [4000]


async def test_a_copy_that_is_renamed_while_it_runs(tmp_path: Path, listen: Listen) -> None:
    before, after = tmp_path / "before.jpg", tmp_path / "after.jpg"
    async with listen(tmp_path, options=CALM) as listener:
        await _live(listener, tmp_path)
        with before.open("wb", buffering=0) as stream:
            stream.write(b"x" * 1000)
            await listener.sees(put(tmp_path / "other.jpg", age=0))
            before.rename(after)
            await listener.sees(put(tmp_path / "another.jpg", age=0))
            stream.write(b"x" * 1000)
        await listener.sees(after)
    assert listener.sizes_of(after) == [2000]
    assert not listener.sizes_of(before)


async def test_a_file_that_is_moved_in(tmp_path: Path, listen: Listen) -> None:
    root, outside = tmp_path / "root", put(tmp_path / "outside.jpg")
    root.mkdir()
    async with listen(root) as listener:
        await _live(listener, root)
        outside.rename(root / "inside.jpg")
        await listener.sees(root / "inside.jpg")


async def test_a_folder_that_is_moved_in_and_around_and_out(tmp_path: Path, listen: Listen) -> None:
    root, photo = tmp_path / "root", put(tmp_path / "tree" / "deep" / "a.jpg")
    root.mkdir()
    async with listen(root) as listener:
        await _live(listener, root)
        (tmp_path / "tree").rename(root / "tree")
        await listener.sees(root / "tree" / "deep" / "a.jpg")
        (root / "tree").rename(root / "wood")
        await listener.sees(root / "wood" / "deep" / "a.jpg")
        await listener.sees(put(root / "wood" / "deep" / "b.jpg", age=0))
        (root / "wood").rename(tmp_path / "away")
        gone = {folder_reference(str(root / name / "deep")) for name in ("tree", "wood")}
        await listener.until(lambda: gone <= listener.emptied())
        put(tmp_path / "away" / "deep" / "c.jpg", age=0)
        await listener.sees(put(root / "last.jpg", age=0))
    assert not [one for one in listener.named() if one.endswith("c.jpg")]
    assert photo.name == "a.jpg"


@pytest.mark.parametrize("age", [OLD, 0.0], ids=["as from tar", "as from cp"])
async def test_nothing_is_missed_in_trees_that_grow_fast(
    tmp_path: Path, listen: Listen, age: float
) -> None:
    async with listen(tmp_path) as listener:
        await _live(listener, tmp_path)
        made = await asyncio.to_thread(_grow, tmp_path / "new", age)
        await listener.sees(*made)


def _grow(root: Path, age: float) -> list[Path]:
    return [
        put(root / f"{folder}" / "deep" / f"{number}.jpg", age=age)
        for folder in range(FOLDERS)
        for number in range(FILES)
    ]


@pytest.mark.parametrize(
    "name",
    [
        "IMG.jpg.crdownload",  # Chrome
        "IMG.jpg.part",  # Firefox
        "IMG.jpg.download/IMG.jpg",  # Safari
        ".IMG.jpg.Ab3dEf",  # rsync
        ".rsync-partial/IMG.jpg",
        ".syncthing.IMG.jpg.tmp",
        "~syncthing~IMG.jpg",
        ".IMG.jpg.~1a2b",  # Nextcloud
        "IMG.jpg.ocTransferId4711.part",
        ".dropbox.cache/IMG.jpg",
        ".pending-1700000000-IMG.jpg",  # Android
        ".trashed-1700000000-IMG.jpg",
        "IMG-4711.digikamtempfile.jpg",
        "@eaDir/IMG.jpg",  # Synology
        f"{LEFTOVER_PREFIX}1a2b-1-0123abcd-1.tmp",
        "notes.txt",
    ],
)
async def test_partial_names_and_leftovers_are_passed_over(
    tmp_path: Path, listen: Listen, name: str
) -> None:
    async with listen(tmp_path) as listener:
        await _live(listener, tmp_path)
        put(tmp_path / name, age=0)
        await listener.sees(put(tmp_path / "last.jpg", age=0))
    assert {reference.rpartition("/")[2] for reference in listener.named()} == {
        "first.jpg",
        "last.jpg",
    }


async def test_a_download_is_named_when_it_gets_its_name(tmp_path: Path, listen: Listen) -> None:
    """Firefox: an empty file reserves the name until the other one is renamed over it."""
    photo, part = tmp_path / "IMG.jpg", tmp_path / "IMG.jpg.part"
    async with listen(tmp_path) as listener:
        await _live(listener, tmp_path)
        photo.touch()
        put(part, 500, age=0)
        await listener.sees(put(tmp_path / "other.jpg", age=0))
        part.rename(photo)
        await listener.sees(photo)
    assert listener.sizes_of(photo) == [500]
    assert not listener.gone()


async def test_a_file_that_never_gets_content_is_left_alone_until_it_does(
    tmp_path: Path, listen: Listen, caplog: pytest.LogCaptureFixture
) -> None:
    photo = tmp_path / "IMG.jpg"
    options = WatchOptions(patience=replace(QUICK, growing=0.1))
    async with listen(tmp_path, options=options) as listener:
        await _live(listener, tmp_path)
        photo.touch()
        await said(caplog, "IMG.jpg: left alone")
        put(photo, 500, age=0)
        await listener.sees(photo)
    assert listener.sizes_of(photo) == [500]


async def test_a_file_that_aria2_loads_waits_for_its_record_to_go(
    tmp_path: Path, listen: Listen
) -> None:
    photo, record = tmp_path / "IMG.jpg", tmp_path / "IMG.jpg.aria2"
    async with listen(tmp_path) as listener:
        await _live(listener, tmp_path)
        record.touch()
        put(photo, 500, age=0)
        await listener.sees(put(tmp_path / "other.jpg", age=0))
        assert not listener.sizes_of(photo)
        record.unlink()
        await listener.sees(photo)


async def test_deletions(tmp_path: Path, listen: Listen) -> None:
    photos = [put(tmp_path / name) for name in ("a.jpg", "sub/b.jpg", "sub/c.jpg")]
    async with listen(tmp_path) as listener:
        await listener.sees(*photos)
        photos[0].unlink()
        shutil.rmtree(tmp_path / "sub")
        await listener.misses(*photos)
        assert folder_reference(str(tmp_path / "sub")) in listener.emptied()


async def test_a_file_replaced_by_deleting_and_writing_is_not_gone(
    tmp_path: Path, listen: Listen
) -> None:
    photo = put(tmp_path / "a.jpg")
    async with listen(tmp_path) as listener:
        await listener.sees(photo)
        photo.unlink()
        put(photo, 77, age=0)
        await listener.until(lambda: 77 in listener.sizes_of(photo))
    assert not listener.gone()


async def test_our_own_way_of_writing_names_the_photo_once(tmp_path: Path, listen: Listen) -> None:
    """As size and time are those noted with the write, nothing comes of it."""
    photo = put(tmp_path / "a.jpg")
    async with listen(tmp_path) as listener:
        await listener.sees(photo)
        temporary = put(tmp_path / f"{LEFTOVER_PREFIX}1a2b-1-0123abcd-1.tmp", 99, age=0)
        temporary.replace(photo)
        await listener.until(lambda: 99 in listener.sizes_of(photo))
        await listener.sees(put(tmp_path / "last.jpg", age=0))
    assert listener.sizes_of(photo) == [10, 99]


@pytest.mark.parametrize("name", ["IMG.jpg.xmp", "IMG.xmp", "IMG.XMP"])
async def test_a_sidecar_names_its_photo(tmp_path: Path, listen: Listen, name: str) -> None:
    photo, other = put(tmp_path / "IMG.jpg"), put(tmp_path / "OTHER.jpg")
    async with listen(tmp_path) as listener:
        await listener.sees(photo, other)
        sidecar = put(tmp_path / name, age=0)
        await listener.until(lambda: len(listener.sizes_of(photo)) == 2)
        sidecar.unlink()
        await listener.until(lambda: len(listener.sizes_of(photo)) == 3)
    assert len(listener.sizes_of(other)) == 1
    assert not listener.gone()


async def test_names_of_any_bytes(tmp_path: Path, listen: Listen) -> None:
    raw = os.fsdecode(b"100%\xff\n.jpg")
    async with listen(tmp_path) as listener:
        await _live(listener, tmp_path)
        photo = put(tmp_path / "caf\u00e9" / raw, age=0)
        await listener.sees(photo)
        photo.unlink()
        await listener.misses(photo)
    assert to_reference(photo).endswith("100%25%FF%0A.jpg")


async def test_links_lead_to_no_loop(tmp_path: Path, listen: Listen) -> None:
    root, outside = tmp_path / "root", put(tmp_path / "outside" / "a.jpg")
    root.mkdir()
    async with listen(root) as listener:
        await _live(listener, root)
        (root / "loop").symlink_to(root)
        (root / "link.jpg").symlink_to(outside)
        await listener.sees(root / "link.jpg")
        await listener.sees(put(root / "last.jpg", age=0))
    assert not [one for one in listener.named() if "/loop/" in one]


async def test_roots_inside_others_are_followed_once(tmp_path: Path, listen: Listen) -> None:
    photo = put(tmp_path / "sub" / "a.jpg")
    (tmp_path / "alias").symlink_to(tmp_path / "sub")
    async with listen(tmp_path / "sub", tmp_path, tmp_path / "alias") as listener:
        await listener.sees(photo)
        await listener.sees(last := put(tmp_path / "sub" / "last.jpg", age=0))
    assert len(listener.sizes_of(photo)) == 1
    assert len(listener.sizes_of(last)) == 1


async def test_the_reconcile_scan_names_everything_again(tmp_path: Path, listen: Listen) -> None:
    photo = put(tmp_path / "a.jpg")
    options = WatchOptions(reconcile=0.1, patience=QUICK)
    async with listen(tmp_path, options=options) as listener:
        await listener.until(lambda: len(listener.sizes_of(photo)) >= 3)


async def test_a_scan_does_not_name_what_is_still_written(tmp_path: Path, listen: Listen) -> None:
    """Its folder is not whole then."""
    put(tmp_path / "sub" / "old.jpg")
    growing = tmp_path / "sub" / "growing.jpg"
    stream = growing.open("wb", buffering=0)
    async with listen(tmp_path, options=replace(CALM, reconcile=0.05)) as listener:
        for _ in range(5):
            stream.write(b"x" * 1000)
            heard = len(listener.named())
            await listener.until(lambda: len(listener.named()) > heard)  # noqa: B023 - awaited
        assert not listener.sizes_of(growing)
        assert not any(arrival.whole for arrival in listener.arrivals)
        stream.close()
        await listener.until(lambda: listener.sizes_of(growing)[-1:] == [5000])


async def test_folders_that_went_while_nobody_watched(tmp_path: Path, listen: Listen) -> None:
    photo = put(tmp_path / "there" / "a.jpg")
    known = [folder_reference(str(tmp_path / name)) for name in ("there", "went", "went/deep")]
    async with listen(tmp_path, known=[*known, "/elsewhere/"]) as listener:
        await listener.sees(photo)
        await listener.until(lambda: listener.emptied() == set(known[1:]))


async def test_a_folder_that_was_not_at_rest_is_soon_named_whole(
    tmp_path: Path, listen: Listen
) -> None:
    """What went from it while nobody watched is then known to be gone, not with the next day."""
    fresh = put(tmp_path / "sub" / "fresh.jpg", age=0)
    options = WatchOptions(patience=QUICK, soon=0.1)
    async with listen(tmp_path, options=options) as listener:
        await listener.sees(fresh)
        assert not any(arrival.whole for arrival in listener.arrivals)
        os.utime(fresh, (OLD, OLD))  # as if some minutes had passed
        await listener.until(lambda: any(arrival.whole for arrival in listener.arrivals))


async def test_what_nobody_takes_is_kept_and_handed_over_after_stopping(
    tmp_path: Path, listen: Listen
) -> None:
    """More files than arrivals are held back, each in a folder of its own; another one listens."""
    watcher = FolderWatcher([tmp_path], WatchOptions(patience=Patience(closed=0.0)))
    arrivals = watcher.arrivals()
    put(tmp_path / "first.jpg")
    await anext(arrivals)
    later = WatchOptions(patience=Patience(closed=0.5))
    async with listen(tmp_path, options=later) as listener:
        await listener.sees(tmp_path / "first.jpg")
        made = [put(tmp_path / f"{number}.jpg", age=0) for number in range(700)]
        await listener.sees(*made)
    watcher.stop()
    rest = [arrival async for arrival in arrivals]
    assert sorted(named(rest)) == sorted(map(str, made))
