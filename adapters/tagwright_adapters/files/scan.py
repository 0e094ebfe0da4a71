"""What lies in the folders: photos, without what photo tools leave lying about."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG

from tagwright.errors import ConfigurationError
from tagwright.pictures.formats import SUFFIXES, is_photo
from tagwright.ports import Listing
from tagwright_adapters.files.names import is_plain, resolved, resolved_file, to_reference
from tagwright_adapters.files.replacing import LEFTOVER_PREFIX
from tagwright_adapters.files.sidecars import SUFFIX
from tagwright_adapters.files.stamps import stamp, stamped
from tagwright_adapters.files.unfinished import is_unfinished

SKIPPED_FOLDERS = frozenset(
    {
        "@eaDir",  # Synology DSM: thumbnails and indexes
        "#recycle",  # Synology DSM: trash
        "#snapshot",  # Synology DSM
        "@Recycle",  # QNAP: trash
        "@Recently-Snapshot",  # QNAP
        ".@__thumb",  # QNAP: thumbnails
        "$RECYCLE.BIN",  # Windows
        "System Volume Information",  # Windows
        "lost+found",  # ext file systems
        "__MACOSX",  # macOS archives
        "Lightroom Previews.lrdata",  # Adobe Lightroom
        "_exiftool_tmp",  # ExifTool
    }
)
"""Hidden folders (``.thumbnails``, ``.dtrash`` of digiKam, ``.stversions`` …) are skipped too."""

_PACKAGES = (  # folders shown as one file
    ".lrdata",  # Adobe Lightroom
    ".photoslibrary",  # Apple Photos
    ".aplibrary",  # Apple Aperture
    ".cocatalog",  # Capture One
    ".download",  # Safari: holds the file, under its final name, until it is complete
)

_STATED = SUFFIXES | {SUFFIX}
_Found = tuple[str, int, int]  # an Entry's fields: plain tuples are cheaper to make and to sort
Skipped = Callable[[Path, str], None]
Clean = Callable[[Path], object]
Entering = Callable[[str], object]


def scan(
    roots: Sequence[Path], skipped: Skipped, clean: Clean, entering: Entering | None = None
) -> Iterator[Listing]:
    """Yield the photos of each folder below ``roots``, in the order of names; blocking.

    A root may be a single photo. Symbolic links to photos are taken, those to folders are not
    followed, so that no loop can arise; a root itself may be a link. What cannot be read is
    given to ``skipped`` with the reason, and the scan goes on. A folder in which a killed run left
    temporary files is given to ``clean``, and each folder to ``entering`` before it is read.

    Raises:
        ConfigurationError: a root does not exist.
    """
    paths = dict.fromkeys(map(_resolved, roots))
    folders = [path for path in paths if path.is_dir()]
    for path in paths:
        if any(folder in path.parents for folder in folders):
            continue  # it is met on the way
        if path in folders:
            yield from _walk(path, skipped, clean, entering)
        else:
            yield from _single(path, skipped)


def _resolved(root: Path) -> Path:
    """Return the one spelling of a path, whichever way a person came to it."""
    path = resolved_file(root) if root.is_file() else resolved(root)
    try:
        path.stat()
    except OSError as exc:
        raise ConfigurationError(
            f"{to_reference(root)} cannot be read: {exc.strerror}.",
            cure="Check the spelling, and that the disk is there.",
        ) from exc
    return path


def is_wanted_file(name: str) -> bool:
    """Say whether a scan takes up a file of this name, if it is one."""
    return name[0] != "." and is_photo(name) and not is_unfinished(name)


def is_wanted_folder(name: str) -> bool:
    """Say whether a scan goes into a folder of this name that it meets."""
    return name[0] != "." and name not in SKIPPED_FOLDERS and not name.endswith(_PACKAGES)


def _walk(
    root: Path, skipped: Skipped, clean: Clean, entering: Entering | None
) -> Iterator[Listing]:
    waiting = [os.fspath(root)]
    while waiting:
        folder = waiting.pop()
        try:
            if entering:
                entering(folder)
            entries, below = _read(folder, skipped, clean)
        except FileNotFoundError:
            continue  # it went since it was met
        except OSError as exc:
            skipped(Path(folder), f"the folder cannot be read: {exc.strerror}")
            continue
        if entries:
            yield Listing.of(folder_reference(folder), entries)
        waiting.extend(sorted(below, reverse=True))


def _read(folder: str, skipped: Skipped, clean: Clean) -> tuple[list[_Found], list[str]]:
    """Return the photos of a folder, and the folders below it.

    A library of 100,000 photos passes through this loop at every scan, so it asks the cheapest
    questions first, and the file system only once for each photo: of the open folder, so that
    the system does not walk down to it again for each.
    """
    entries: list[_Found] = []
    beside: list[_Found] = []  # sidecars
    below: list[str] = []
    is_littered = False
    with _opened(folder) as descriptor, os.scandir(descriptor) as found:
        for item in found:
            name = item.name
            if name[0] == ".":
                is_littered = is_littered or name.startswith(LEFTOVER_PREFIX)
                continue
            suffix = name[name.rfind(".") :].lower()
            if suffix in _STATED:
                try:
                    known = item.stat()
                except OSError as exc:
                    skipped(Path(folder, name), f"it cannot be read: {exc.strerror}")
                    continue
                if S_ISREG(known.st_mode):
                    kind = beside if suffix == SUFFIX else entries
                    kind.append((name, known.st_size, known.st_mtime_ns))
                    continue
            if item.is_dir(follow_symlinks=False) and is_wanted_folder(name):
                below.append(os.fspath(Path(folder, name)))
    if is_littered:
        clean(Path(folder))
    return _finished(entries, beside), below


def _finished(entries: list[_Found], sidecars: list[_Found]) -> list[_Found]:
    """Return entries in order, as they are listed: without files that are still being made."""
    names = "/".join([name for name, _, _ in entries])
    if is_unfinished(names):
        entries = [entry for entry in entries if not is_unfinished(entry[0])]
    if sidecars:
        entries = list(stamped(entries, sidecars))
    if not is_plain(names):
        entries = [(to_reference(name), size, modified) for name, size, modified in entries]
    entries.sort()
    return entries


@contextmanager
def _opened(folder: str) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _single(path: Path, skipped: Skipped) -> Iterator[Listing]:
    if not is_photo(path.name):
        skipped(path, "it is not a photo that Tagwright knows")
        return
    entry = (to_reference(path.name), *stamp(path))
    yield Listing.of(folder_reference(os.fspath(path.parent)), [entry])


def folder_reference(folder: str) -> str:
    """Return the reference of a folder: what its photos' references start with."""
    return to_reference(folder if folder.endswith("/") else f"{folder}/")
