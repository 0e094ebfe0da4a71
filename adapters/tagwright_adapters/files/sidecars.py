"""Where a photo's sidecar is, or would be.

``IMG.jpg.xmp`` is digiKam's, darktable's and Immich's name, ``IMG.xmp`` Adobe's; an existing one
of either is used, also with ``.XMP``. A short name may belong to another photo of the same stem
(``IMG.CR2`` beside ``IMG.jpg``): Adobe means the RAW file then, and so do we.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from tagwright.pictures.formats import FormatKind, format_of

SUFFIX = ".xmp"
SidecarName = Literal["long", "short"]
_MAX_NAME = 255  # bytes; os.path.isfile, unlike Path.is_file, finds nothing under a longer name


def names_of(photo: str) -> tuple[str, str, str, str]:
    """Return the names that a photo's sidecar may have: the long ones, then the short ones."""
    stem = photo[: photo.rfind(".")] if "." in photo else photo
    return f"{photo}.xmp", f"{photo}.XMP", f"{stem}.xmp", f"{stem}.XMP"


def existing(photo: Path) -> Path | None:
    """Return the photo's sidecar; where both names exist, the long one, as digiKam does."""
    names = names_of(photo.name)
    for candidate in names[:2]:
        if os.path.isfile(found := photo.with_name(candidate)):  # noqa: PTH113 - see _MAX_NAME
            return found
    for candidate in names[2:]:
        if os.path.isfile(found := photo.with_name(candidate)) and _owns_stem(photo):  # noqa: PTH113
            return found
    return None


def is_sidecar(name: str) -> bool:
    """Say whether a file of this name may be the sidecar of a photo."""
    return name[0] != "." and name.lower().endswith(SUFFIX)


def photos_of(sidecar: Path) -> list[Path]:
    """Return the photos whose sidecar a file of this name may be, whether or not it is there."""
    try:
        with os.scandir(sidecar.parent) as entries:
            names = [entry.name for entry in entries if format_of(entry.name) is not None]
    except OSError:
        return []
    owner = sidecar.stem  # "IMG.jpg" of a long name, "IMG" of a short one
    return [sidecar.with_name(name) for name in names if owner in (name, Path(name).stem)]


def new(photo: Path, style: SidecarName) -> Path:
    """Return the path for a sidecar that is to be made."""
    long = f"{photo.name}.xmp"
    if (style == "short" or len(os.fsencode(long)) > _MAX_NAME) and _owns_stem(photo):
        return photo.with_name(f"{photo.stem}.xmp")
    return photo.with_name(long)


def _owns_stem(photo: Path) -> bool:
    form = format_of(photo.name)
    if form is not None and form.kind is FormatKind.RAW:
        return True
    prefix = f"{photo.stem}."
    with os.scandir(photo.parent) as entries:
        return not any(
            entry.name.startswith(prefix)
            and entry.name != photo.name
            and Path(entry.name).stem == photo.stem
            and format_of(entry.name) is not None
            for entry in entries
        )
