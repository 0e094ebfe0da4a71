"""Putting a new file in the place of an old one so that no moment shows anything else.

A complete copy is made beside the original, checked, given its owner, mode, access lists and
extended attributes, brought to the disk and renamed over it. The modification time moves forward,
because photo tools look for changes by it. A symbolic link stays and its target is replaced. Of a
file with several hard links only the given name is replaced; the other names keep the old picture,
which is often why they are there (snapshots, backups).
"""

from __future__ import annotations

import errno
import itertools
import os
import re
import secrets
import shutil
import socket
import stat
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tagwright.errors import ChangedMeanwhileError

_HOST = zlib.crc32(socket.gethostname().encode()) & 0xFFFF
_TOKEN = secrets.token_hex(4)
LEFTOVER_PREFIX = ".tagwright-"  # hidden
_LEFTOVER = re.compile(r"\.tagwright-([0-9a-f]{4})-(\d+)-([0-9a-f]{8})-\d+\.tmp")
_numbers = itertools.count()
_NO_FOLDER_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EBADF})
_DAY = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Identity:
    """What changes when somebody else writes or replaces a file."""

    device: int
    inode: int
    size: int
    modified: int  # ns

    @classmethod
    def of(cls, path: Path) -> Identity:
        """Look at the file that a path leads to."""
        known = path.stat()
        return cls(known.st_dev, known.st_ino, known.st_size, known.st_mtime_ns)


def prepare(
    target: Path,
    fill: Callable[[Path], None],
    check: Callable[[Path], None],
    *,
    like: Path,
    is_new: bool,
    newer_than: int,
) -> Path:
    """Make the complete file that is to stand in the place of ``target``, beside it.

    Args:
        target: No symbolic link.
        fill: Makes the file whose path it is given.
        check: Raises unless that file is right.
        like: The file whose owner, mode and attributes it gets.
        is_new: Whether ``target`` is to be created.
        newer_than: Modification time, ns, that the new one's must exceed.

    Returns:
        The file's path, for :func:`commit` or for nothing: then the caller removes it.

    Raises:
        OSError: the file system refuses.
    """
    name = f"{LEFTOVER_PREFIX}{_HOST:04x}-{os.getpid()}-{_TOKEN}-{next(_numbers)}.tmp"
    temporary = target.parent / name
    try:
        fill(temporary)
        check(temporary)
        _dress(temporary, like, executable=not is_new)
        modified = max(time.time_ns(), newer_than + 1_000_000)
        os.utime(temporary, ns=(modified, modified))
        sync(temporary)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def commit(target: Path, temporary: Path, before: Identity | None) -> None:
    """Put the prepared file in the place of ``target``.

    Args:
        target: No symbolic link.
        temporary: What :func:`prepare` made.
        before: What ``target`` was when the new contents were worked out; None: it was not there.

    Raises:
        ChangedMeanwhileError: the target is no longer what it was.
        OSError: the file system refuses.
    """
    if _identity(target) != before:
        raise ChangedMeanwhileError(cure="It is taken up again by the next run.")
    os.replace(temporary, target)
    sync_folder(target.parent)


def remove(target: Path, before: Identity) -> None:
    """Remove a file that is still what it was.

    Raises:
        ChangedMeanwhileError: it is not.
        OSError: the file system refuses.
    """
    if _identity(target) != before:
        raise ChangedMeanwhileError(cure="Run the same command again.")
    target.unlink()
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to the disk, where the file system knows how."""
    try:
        sync(folder)
    except OSError as exc:
        if exc.errno not in _NO_FOLDER_SYNC:
            raise


def sync(path: Path) -> None:
    """Bring a file to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def clean_leftovers(folder: Path) -> int:
    """Remove what killed runs left in a folder; return how many files.

    A file of a process that runs on this machine is left alone, and so is one of another machine
    for a day. What may not be removed stays.
    """
    removed = 0
    with os.scandir(folder) as entries:
        stale = [Path(entry.path) for entry in entries if _is_stale(entry)]
    for path in stale:
        with suppress(OSError):
            path.unlink()
            removed += 1
    return removed


def _is_stale(entry: os.DirEntry[str]) -> bool:
    found = _LEFTOVER.fullmatch(entry.name)
    if found is None:
        return False
    host, pid, token = found.groups()
    if int(host, 16) != _HOST:
        return time.time() - entry.stat(follow_symlinks=False).st_mtime > _DAY
    if int(pid) == os.getpid():
        return token != _TOKEN
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


def _identity(path: Path) -> Identity | None:
    try:
        return Identity.of(path)
    except FileNotFoundError:
        return None


def _dress(path: Path, like: Path, *, executable: bool) -> None:
    known = like.stat()
    with suppress(PermissionError):  # giving files away is for root alone
        os.chown(path, known.st_uid, known.st_gid)
    shutil.copystat(like, path)
    if not executable:
        path.chmod(stat.S_IMODE(known.st_mode) & 0o666)
