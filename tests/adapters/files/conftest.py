from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tagwright.model import AssetRef, Tag
from tagwright.ports import Receipt
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.names import to_reference
from tagwright_adapters.files.targets import FileOptions

BEACH = Tag("beach", ("Places", "Beach"), 0.91, "basics", "run-1", "2026-11-23T10:00:00Z")
SUN = Tag("sun", ("Weather", "Sun"), 0.7, "basics", "run-1", "2026-11-23T10:00:00Z")


@pytest.fixture(scope="session")
def library() -> Iterator[FileLibrary]:
    """A library with one exiftool, which all tests share because it starts slowly."""
    library = FileLibrary([], FileOptions(workers=1))
    yield library
    asyncio.run(library.aclose())


@pytest.fixture(scope="session")
def sidecars() -> Iterator[FileLibrary]:
    """The same, writing sidecars only."""
    library = FileLibrary([], FileOptions(sidecar="always", workers=1))
    yield library
    asyncio.run(library.aclose())


@pytest.fixture
def photo(tmp_path: Path, photos: Path) -> Path:
    """A writable photo without any keywords."""
    path = tmp_path / "photo.jpg"
    shutil.copyfile(photos / "cat.jpg", path)
    return path


@pytest.fixture
def exiftool() -> Callable[..., str]:
    """Run exiftool as a person would, to prepare and to look."""

    def run(*arguments: object) -> str:
        command = ["exiftool", "-q", *map(str, arguments)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    return run


async def note(_: Receipt) -> None:
    """Take note of a write, as the ledger does."""


def ref(path: Path) -> AssetRef:
    """Return the reference of a path."""
    return AssetRef("files", to_reference(path))
