"""Which files of a photo take its tags: the photo, its sidecar or both."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from tagwright.errors import MetadataError
from tagwright.pictures.formats import format_of
from tagwright_adapters.files import sidecars
from tagwright_adapters.files.photo import Photo
from tagwright_adapters.files.sidecars import SidecarName
from tagwright_adapters.files.snapshot import Snapshot
from tagwright_adapters.xmp import packet
from tagwright_adapters.xmp.digikam import Path as TagPath

_ANY_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH

PairsName = Literal["both", "primary", "apart"]
"""Both: with one answer; primary: the picture alone; apart: each by an answer of its own."""

SUFFIXES = {
    "JPEG": ".jpg",
    "PNG": ".png",
    "APNG": ".png",
    "TIFF": ".tif",
    "WEBP": ".webp",
    "Extended WEBP": ".webp",
    "HEIC": ".heic",
    "HEIF": ".heif",
    "AVIF": ".avif",
}
"""The file types that are written, by exiftool's name for the content, and their suffixes."""


@dataclass(frozen=True, slots=True)
class FileOptions:
    """How photos in folders are written."""

    sidecar: Literal["auto", "always", "both"] = "auto"
    sidecar_name: SidecarName = "long"  # of new ones: "long" is IMG.jpg.xmp, "short" IMG.xmp
    pairs: PairsName = "both"  # which of several files of one shot take tags
    workers: int = os.cpu_count() or 1  # exiftool processes


@dataclass(frozen=True)
class Target:
    """A file that takes tags."""

    file: Path  # what is replaced; no symbolic link
    is_sidecar: bool
    now: Snapshot | None  # None: a sidecar to be made
    photo: Photo

    @property
    def base(self) -> Snapshot:
        """What the new contents start from: a new sidecar has all XMP of its photo."""
        return self.now or self.photo.own

    @cached_property
    def seen(self) -> tuple[TagPath, ...]:
        """The tags that digiKam reads from this file, and those that only its database has."""
        own = self.base.tag_paths(self.photo.own)
        return tuple(dict.fromkeys((*own, *self.photo.further)))

    @property
    def suffix(self) -> str:
        """The file type's suffix."""
        return ".xmp" if self.is_sidecar else SUFFIXES[self.base.file_type]

    @property
    def source(self) -> Path | bytes:
        """What exiftool is to change: a file, or the contents of a sidecar."""
        if not self.is_sidecar:
            return self.file
        return packet.merged(self.base.blocks.xmp or (packet.EMPTY,))


def targets(photo: Photo, options: FileOptions) -> tuple[Target, ...]:
    """Return the files that take tags, in the order in which they are written.

    An existing sidecar is written as well as the photo: with sidecars switched on digiKam reads
    nothing but the sidecar, as Immich and darktable do; with them switched off, and for
    Lightroom, only what is in the photo counts. A photo without any write permission is left
    alone and gets a sidecar.
    """
    beside = photo.sidecar_path
    embeds = options.sidecar != "always" and _embeddable(photo)
    chosen = []
    if embeds:
        chosen.append(Target(real(photo.path), False, photo.own, photo))
    if beside is not None:
        chosen.append(Target(real(beside), True, photo.sidecar, photo))
    elif not embeds or options.sidecar == "both":
        made = sidecars.new(photo.path, options.sidecar_name)
        chosen.append(Target(made, True, None, photo))
    return tuple(chosen)


def check_writable(target: Target, what: str) -> None:
    """Refuse to take something from a file that nobody may write.

    Raises:
        MetadataError: it is write-protected.
    """
    if not target.file.stat().st_mode & _ANY_WRITE:
        msg = f"{what} that is to go stands in it, and it is write-protected."
        raise MetadataError(msg, cure="Make it writable and run the same command again.")


def real(path: Path) -> Path:
    """Return what a symbolic link leads to; any other path as it is."""
    return path.resolve() if path.is_symlink() else path


def _embeddable(photo: Photo) -> bool:
    form = format_of(photo.path.name)
    return (
        form is not None
        and form.writable
        and photo.own.file_type in SUFFIXES
        and bool(photo.path.stat().st_mode & _ANY_WRITE)
    )
