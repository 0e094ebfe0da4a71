"""Renditions for the page, each made once and kept in a directory of their own."""

from __future__ import annotations

import asyncio
import hashlib
import os
from contextlib import suppress
from pathlib import Path

from tagwright.model import RenditionSpec
from tagwright.ports import PhotoAccess
from tagwright.state.photos import Place

SIZES = {"small": RenditionSpec(480, 82), "large": RenditionSpec(1600, 85)}
_MOST = 2_000_000_000  # bytes kept from one session to the next


class Pictures:
    """Makes renditions through the library, not too many at once."""

    def __init__(self, library: PhotoAccess, folder: Path) -> None:
        self._library = library
        self._folder = folder
        self._making = asyncio.Semaphore(os.cpu_count() or 2)

    async def jpeg(self, place: Place, size: str) -> bytes:
        """Return a picture in one of the ``SIZES``.

        Raises:
            TagwrightError: the photo is not there, or cannot be read.
        """
        spec = SIZES[size]
        name = hashlib.sha256(f"{place.content_key} {spec}".encode()).hexdigest()
        path = self._folder / name[:2] / f"{name}.jpg"
        with suppress(OSError):
            return await asyncio.to_thread(path.read_bytes)
        async with self._making:
            data = (await self._library.rendition(place.ref, spec)).data
        with suppress(OSError):  # a full disk costs time, not the page
            await asyncio.to_thread(_keep, path, data)
        return data


def _keep(path: Path, data: bytes) -> None:
    path.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    beside.write_bytes(data)
    os.replace(beside, path)


def tidy(folder: Path, most: int = _MOST) -> None:
    """Remove the pictures that were made first, until the rest takes no more than so many bytes."""
    found = []
    for path in folder.glob("*/*"):
        with suppress(OSError):
            status = path.stat()
            found.append((status.st_mtime, status.st_size, path))
    total = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if total <= most:
            return
        path.unlink(missing_ok=True)
        total -= size
