"""What the file system says, in words that help."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tagwright.errors import AssetError, StorageError, VanishedError
from tagwright_adapters.files.names import to_reference

_CURES = {
    errno.ENOSPC: ("the disk is full.", "Make room, then run the same command again."),
    errno.EDQUOT: ("your disk quota is used up.", "Make room, then run the same command again."),
    errno.EROFS: ("the disk is mounted read-only.", "Mount it writable, or tag a copy."),
    errno.EACCES: ("permission is denied.", "Give yourself write permission on file and folder."),
    errno.EPERM: ("permission is denied.", "Give yourself write permission on file and folder."),
    errno.ENAMETOOLONG: ("the name of its sidecar gets too long.", "Shorten the file name."),
}


def explained(exc: OSError, path: Path) -> AssetError:
    """Return our error for one of the system's on the photo ``path``."""
    asset = to_reference(path)
    if exc.errno in (errno.ENOENT, errno.ENOTDIR):
        return VanishedError(asset=asset)
    text, cure = _CURES.get(
        exc.errno or 0, (f"{exc.strerror or exc}.", "Check the disk and its connection.")
    )
    return StorageError(text, asset=asset, cure=cure)


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn the system's errors into ours, naming the photo ``path``."""
    try:
        yield
    except OSError as exc:
        raise explained(exc, path) from exc


def probe(target: Path, size: int) -> None:
    """Try whether ``target`` can be made with ``size`` bytes; raises the OSError that says why."""
    try:
        with target.open("xb") as stream:
            stream.write(bytes(size))
    finally:
        target.unlink(missing_ok=True)
