"""Size and time by which it is seen that a photo, or a sidecar beside it, has changed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from tagwright_adapters.files.sidecars import names_of

Replaced = Mapping[Path, Path | None]
"""What lies ready for files, by their real paths; None: they are to go."""


def stamp(photo: Path, replaced: Replaced | None = None) -> tuple[int, int]:
    """Return the size (bytes) of a photo with its sidecars, and the newest of their times (ns).

    Whose sidecar a short name is does not matter here: a change of it makes us look, no more.

    Raises:
        OSError: the photo is not there.
    """
    files = [(_after(photo, replaced) or photo).stat()]
    for name in names_of(photo.name):
        sidecar = _after(photo.with_name(name), replaced)
        if sidecar is not None:
            with suppress(OSError):  # mostly there is none
                files.append(sidecar.stat())
    return sum(one.st_size for one in files), max(one.st_mtime_ns for one in files)


def stamped(
    entries: Iterable[tuple[str, int, int]], sidecars: Iterable[tuple[str, int, int]]
) -> Iterator[tuple[str, int, int]]:
    """Yield the entries of a folder, stamped; both are names, sizes and times."""
    beside = {name: (size, modified) for name, size, modified in sidecars}
    for name, size, modified in entries:
        mine = [beside[one] for one in names_of(name) if one in beside]
        times = (modified, *(time for _, time in mine))
        yield name, size + sum(more for more, _ in mine), max(times)


def _after(file: Path, replaced: Replaced | None) -> Path | None:
    # Unlike Path.resolve, this takes names that are too long to be there.
    return replaced.get(Path(os.path.realpath(file)), file) if replaced else file
