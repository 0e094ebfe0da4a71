"""The kinds of files that are taken up, and what may be done to them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FormatKind(StrEnum):
    """How a file becomes a picture."""

    PICTURE = "picture"
    RAW = "raw"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Format:
    """What a file of some suffix is. If ``writable``, exiftool embeds XMP in it safely."""

    kind: FormatKind
    writable: bool


_WRITABLE = "jpg jpeg jpe jfif png apng webp tif tiff heic heif hif avif"

# XMP in a GIF is read by ExifTool alone: digiKam and Lightroom look for a sidecar.
_READ_ONLY = "gif"

# Negatives are never written, although ExifTool could write most of these.
_RAW = (
    "3fr arw cr2 cr3 crw dcr dng erf fff gpr iiq kdc mef mos mrw nef nrw orf ori pef raf raw rw2 "
    "rwl sr2 srf srw x3f"
)

_VIDEO = "3g2 3gp avi m2ts m4v mkv mov mp4 mpeg mpg mts webm wmv"

_FORMATS = {
    f".{suffix}": form
    for suffixes, form in (
        (_WRITABLE, Format(FormatKind.PICTURE, writable=True)),
        (_READ_ONLY, Format(FormatKind.PICTURE, writable=False)),
        (_RAW, Format(FormatKind.RAW, writable=False)),
        (_VIDEO, Format(FormatKind.VIDEO, writable=False)),
    )
    for suffix in suffixes.split()
}

SUFFIXES = frozenset(_FORMATS)
"""Suffixes of everything that is taken up, lower case, with the dot."""


def format_of(name: str) -> Format | None:
    """Return the format that a file name promises, or None if it is not one of ours."""
    return _FORMATS.get(name[name.rfind(".") :].lower())


def is_photo(name: str) -> bool:
    """Say whether a file of this name is a picture, RAW file or video that can be tagged."""
    return format_of(name) is not None
