"""Opening a file that anything may have been done to, and saying what is wrong with it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from tagwright.errors import AssetError, StorageError, UnreadableError, VanishedError


def printable(path: Path) -> str:
    """Return the path as text that any terminal or log takes."""
    text = os.fspath(path)
    return text if text.isprintable() else ascii(text)[1:-1]


@contextmanager
def opened(path: Path) -> Iterator[BufferedReader]:
    """Open a regular file for reading; a pipe or a device is refused, not waited for.

    Errors of ours that the block raises are given the file's name.

    Raises:
        VanishedError: nothing is there any more.
        UnreadableError: it is no file.
        StorageError: it may not be read, or the disk fails, while opening or later in the block.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as stream:  # noqa: PTH123 - a descriptor, not a path
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise IsADirectoryError
            yield stream
    except AssetError as exc:
        exc.asset = printable(path)
        raise
    except OSError as exc:
        raise _explained(exc, path) from exc


def _explained(exc: OSError, path: Path) -> AssetError:
    asset = printable(path)
    match exc:
        case FileNotFoundError() | NotADirectoryError():
            return VanishedError("The file is no longer there.", asset=asset)
        case IsADirectoryError():
            return UnreadableError("This is a folder or a device, not a picture.", asset=asset)
        case PermissionError():
            cure = "Give the user that Tagwright runs as permission to read it."
            return StorageError("The file may not be read.", asset=asset, cure=cure)
    cure = "Check the disk or the network share that it lies on."
    return StorageError(f"The file cannot be read: {exc.strerror or exc}.", asset=asset, cure=cure)
