"""Puts photos into a tree in every way in which they come in life, and worse."""

from __future__ import annotations

import hashlib
import io
import os
import random
import tarfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from PIL import Image, ImageDraw

_SLOW = 48  # slow copies at the same time
_WAYS = ("at once", "slowly", "partial name", "moved in", "tar")


def jpeg(number: int) -> bytes:
    """Return a small photo, each number another picture."""
    picture = Image.new("RGB", (64, 48), (60, 90, 40))
    ImageDraw.Draw(picture).text((8, 16), f"{number:07d}", fill=(250, 240, 200))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


def look(source: Path | io.BytesIO) -> str:
    """Return a digest of the decoded picture; OSError: it is damaged."""
    with Image.open(source) as picture:
        return hashlib.sha256(picture.tobytes()).hexdigest()


class Mischief:
    """Fills one tree; every choice comes from one seed."""

    def __init__(self, tree: Path, files: int, folders: int, seed: int) -> None:
        self.tree = tree
        self.pictures: dict[str, int] = {}  # number by look
        self.done = threading.Event()
        self.ways: Counter[str] = Counter()
        self.failed: BaseException | None = None
        self._outside = tree.with_name("outside")
        self._outside.mkdir()
        self._files = files
        self._folders = folders
        self._draw = random.Random(seed)

    def start(self, seconds: float) -> None:
        """Begin, on threads; it takes at least so many seconds."""
        threading.Thread(target=self._guarded, args=(seconds,), daemon=True).start()

    def _guarded(self, seconds: float) -> None:
        try:
            self._fill(seconds)
        except BaseException as exc:  # noqa: BLE001 - told by whoever waits
            self.failed = exc
        finally:
            self.done.set()

    def _fill(self, seconds: float) -> None:
        began = time.monotonic()
        with ThreadPoolExecutor(_SLOW) as pool:
            for place, (folder, numbers) in enumerate(self._plan()):
                photos = {f"IMG_{number:07d}.jpg": jpeg(number) for number in numbers}
                for number, data in zip(numbers, photos.values(), strict=True):
                    self.pictures[look(io.BytesIO(data))] = number
                way = self._draw.choice(_WAYS)
                self.ways[way] += len(photos)
                self._bring(pool, way, folder, photos)
                self._meddle(pool, folder, list(photos))
                behind = began + seconds * place / self._folders - time.monotonic()
                if behind > 0:
                    time.sleep(behind)

    def _plan(self) -> Iterator[tuple[Path, list[int]]]:
        numbers = list(range(self._files))
        self._draw.shuffle(numbers)
        for place in range(self._folders):
            some = numbers[place :: self._folders]
            yield self.tree / f"{place % 40:02d}" / f"{place // 40 % 25:02d}" / f"{place:05d}", some

    def _bring(
        self, pool: ThreadPoolExecutor, way: str, folder: Path, photos: dict[str, bytes]
    ) -> None:
        if way == "moved in":
            prepared = self._outside / folder.name
            _write(prepared, photos)
            folder.parent.mkdir(parents=True, exist_ok=True)
            prepared.rename(folder)
            return
        if way == "tar":
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tarfile.open(fileobj=_packed(folder.name, photos)) as archive:
                archive.extractall(folder.parent, filter="data")
            return
        folder.mkdir(parents=True, exist_ok=True)
        ways: dict[str, Callable[[Path, bytes, float], None]] = {
            "slowly": _slowly,
            "partial name": _by_partial_name,
        }
        for name, data in photos.items():
            if way == "at once":
                (folder / name).write_bytes(data)
            else:
                pool.submit(ways[way], folder / name, data, self._draw.uniform(0.2, 3.0))

    def _meddle(self, pool: ThreadPoolExecutor, folder: Path, names: list[str]) -> None:
        """Rename or delete some of what has just come, or is still coming."""
        chance, wait = self._draw.random(), self._draw.uniform(0.0, 2.0)
        if chance < 0.15:
            self.ways["renamed"] += len(names)
            pool.submit(_rename_all, folder, names, wait)
        elif chance < 0.25:
            self.ways["folder renamed"] += len(names)
            pool.submit(_rename_folder, folder, wait)
        elif chance < 0.45:
            half = names[: (len(names) + 1) // 2]
            self.ways["deleted"] += len(half)
            pool.submit(_delete, folder, half, wait)


def _write(folder: Path, photos: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in photos.items():
        (folder / name).write_bytes(data)


def _packed(folder: str, photos: dict[str, bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in photos.items():
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size = len(data)
            member.mtime = 1_600_000_000  # as archives do: long ago
            archive.addfile(member, io.BytesIO(data))
    out.seek(0)
    return out


def _slowly(path: Path, data: bytes, seconds: float) -> None:
    with suppress(FileNotFoundError), path.open("wb") as stream:  # its folder may be renamed
        for place in range(8):
            stream.write(data[place * len(data) // 8 : (place + 1) * len(data) // 8])
            stream.flush()
            time.sleep(seconds / 8)


def _by_partial_name(path: Path, data: bytes, seconds: float) -> None:
    partial = path.with_name(path.name + ".part")
    with suppress(FileNotFoundError):
        _slowly(partial, data, seconds)
        partial.rename(path)


def _rename_all(folder: Path, names: list[str], wait: float) -> None:
    time.sleep(wait)
    for name in names:
        with suppress(FileNotFoundError):
            (folder / name).rename(folder / f"renamed {name}")


def _rename_folder(folder: Path, wait: float) -> None:
    time.sleep(wait)
    with suppress(FileNotFoundError):
        folder.rename(folder.with_name(f"renamed {folder.name}"))


def _delete(folder: Path, names: list[str], wait: float) -> None:
    time.sleep(wait)
    for name in names:
        (folder / name).unlink(missing_ok=True)


def photos_below(tree: Path) -> list[Path]:
    """Return all photos that are there."""
    return [
        Path(folder, name)
        for folder, _, names in os.walk(tree)
        for name in names
        if name.endswith(".jpg")
    ]
