"""Whatever happens to folders, what was told of them amounts to what is there in the end."""

from __future__ import annotations

import asyncio
import itertools
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.adapters.watching.listening import PATIENT, QUICK, Listen, Listener, put

from tagwright_adapters.files.scan import scan
from tagwright_adapters.watching import WatchOptions
from tagwright_adapters.watching.options import Mode

ACTS = 250

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux'")


class Mischief:
    """Does random things to files and folders, as fast as it can."""

    def __init__(self, root: Path, outside: Path, seed: int) -> None:
        self._root = root
        self._outside = outside
        self._random = random.Random(seed)
        self._numbers = itertools.count()

    def act(self) -> None:
        acts: list[Callable[[], object]] = [
            self._make_file,
            self._make_file,
            self._make_tree,
            self._change_file,
            self._rename_file,
            self._rename_folder,
            self._delete_file,
            self._replace_folder,
            self._move_out,
            self._move_in,
        ]
        self._random.choice(acts)()

    def _folder(self) -> Path:
        folders = [path for path in self._root.rglob("*") if path.is_dir()]
        return self._random.choice([self._root, *sorted(folders)])

    def _file(self) -> Path | None:
        files = sorted(path for path in self._root.rglob("*.jpg"))
        return self._random.choice(files) if files else None

    def _new(self, parent: Path, suffix: str = "") -> Path:
        return parent / f"{next(self._numbers)}{suffix}"

    def _size(self) -> int:
        return self._random.randint(1, 5000)

    def _age(self) -> float:
        return self._random.choice([0.0, 1_600_000_000.0])

    def _make_file(self) -> None:
        put(self._new(self._folder(), ".jpg"), self._size(), age=self._age())

    def _make_tree(self) -> None:
        top = self._new(self._folder())
        for _ in range(5):
            put(self._new(self._new(top), ".jpg"), self._size(), age=self._age())

    def _change_file(self) -> None:
        if file := self._file():
            put(file, self._size(), age=self._age())

    def _rename_file(self) -> None:
        if file := self._file():
            file.rename(self._new(self._folder(), ".jpg"))

    def _rename_folder(self) -> None:
        folder, parent = self._folder(), self._folder()
        if folder != self._root and not parent.is_relative_to(folder):
            folder.rename(self._new(parent))

    def _delete_file(self) -> None:
        if file := self._file():
            file.unlink()

    def _replace_folder(self) -> None:
        """Delete a folder and make another one of the same name at once."""
        folder = self._folder()
        if folder != self._root:
            shutil.rmtree(folder)
            put(self._new(folder, ".jpg"), self._size(), age=self._age())

    def _move_out(self) -> None:
        folder = self._folder()
        if folder != self._root:
            folder.rename(self._new(self._outside))

    def _move_in(self) -> None:
        if outside := sorted(self._outside.iterdir()):
            self._random.choice(outside).rename(self._new(self._folder()))


def _told(listener: Listener) -> dict[str, tuple[int, int]]:
    """What somebody knows who notes everything that they hear."""
    known: dict[str, dict[str, tuple[int, int]]] = {}
    for arrival in listener.arrivals:
        for listing in arrival.listings:
            if arrival.whole:
                known[listing.folder] = {}
            for entry in listing.entries:
                known.setdefault(listing.folder, {})[entry.name] = (entry.size, entry.modified)
        for reference in arrival.gone:
            folder, slash, name = reference.rpartition("/")
            known.get(folder + slash, {}).pop(name, None)
    return {folder + name: state for folder, each in known.items() for name, state in each.items()}


def _there(root: Path) -> dict[str, tuple[int, int]]:
    listings = scan([root], lambda *_: None, lambda _: None)
    return {
        listing.folder + entry.name: (entry.size, entry.modified)
        for listing in listings
        for entry in listing.entries
    }


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("mode", ["events", "polling"])
async def test_what_was_told_amounts_to_what_is_there(
    tmp_path: Path, listen: Listen, seed: int, mode: Mode
) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    outside.mkdir()
    stays = put(root / "stays.jpg")
    mischief = Mischief(root, outside, seed)
    options = WatchOptions(mode=mode, polling=0.05, patience=QUICK)
    async with listen(root, options=options) as listener:
        await listener.sees(stays)
        for _ in range(ACTS):
            mischief.act()
            await asyncio.sleep(0)
        async with asyncio.timeout(PATIENT):
            while _told(listener) != _there(root):
                await asyncio.sleep(0.05)
