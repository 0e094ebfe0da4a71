"""A photo together with its sidecar, as both are now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tagwright_adapters.exiftool import Pool
from tagwright_adapters.files import sidecars
from tagwright_adapters.files.replacing import Identity
from tagwright_adapters.files.snapshot import Snapshot, look, look_at_sidecar
from tagwright_adapters.xmp.digikam import Path as TagPath


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo and its sidecar, if it has one, as they are now."""

    path: Path  # as listed, perhaps a symbolic link
    own: Snapshot
    sidecar_path: Path | None
    sidecar: Snapshot | None
    further: tuple[TagPath, ...] = ()  # tags of people that stand in no file, and are to join


def photo_at(
    exiftool: Pool, path: Path, tags: Sequence[str], earlier: Photo | None = None
) -> Photo:
    """Look at a photo and its sidecar, though not at what is unchanged since an earlier look."""
    own = _still(earlier.own, path) if earlier else None
    beside = sidecars.existing(path)
    sidecar = _still(earlier.sidecar, beside) if earlier and earlier.sidecar and beside else None
    return Photo(
        path=path,
        own=own or look(exiftool, path, tags),
        sidecar_path=beside,
        sidecar=sidecar or (look_at_sidecar(beside) if beside else None),
    )


def _still(look: Snapshot, path: Path) -> Snapshot | None:
    return look if look.identity == Identity.of(path) else None
