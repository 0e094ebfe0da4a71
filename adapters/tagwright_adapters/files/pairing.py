"""Several files of one shot: a RAW file beside the camera's JPEG, the film of a live photo.

The picture that stands for both is the primary one: that is what taggers are shown, so that one
answer does for both files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from tagwright.errors import MetadataError
from tagwright.model import Facts
from tagwright.pictures.formats import FormatKind, format_of
from tagwright_adapters.exiftool import Pool, ProcessError
from tagwright_adapters.files.facts import taken_at
from tagwright_adapters.files.replacing import Identity
from tagwright_adapters.files.snapshot import Snapshot

_APART = 5.0  # s between the times of two files of one shot; a film begins before the picture
_LIVE = 6.0  # s that the film of a live photo lasts at most
_BESIDE_RAW = (".jpg", ".jpeg", ".heic", ".heif", ".hif")
_BESIDE_FILM = (".heic", ".heif", ".jpg", ".jpeg")
_FILMS = (".mov", ".mp4")
_IDENTIFIERS = (  # of both files of an Apple live photo; the last is what exiftool called it first
    "QuickTime:ContentIdentifier",
    "MakerNotes:ContentIdentifier",
    "MakerNotes:MediaGroupUUID",
)
_SHAPING = (  # metadata by which bursts are known, or that is told to models on request
    *("EXIF:Make", "EXIF:Model", "EXIF:DateTimeOriginal", "EXIF:SubSecTimeOriginal"),
    *("XMP:Location", "XMP:City", "XMP:State", "XMP:Country"),
    *("IPTC:Sub-location", "IPTC:City", "IPTC:Province-State"),
    "IPTC:Country-PrimaryLocationName",
)
_REMEMBERED = 256  # pairs

_Values = Mapping[str, object]


def pictures_for(path: str) -> list[str]:
    """Return under which paths a picture may be that stands for a file, the first choice first.

    Suffixes are spelled as cameras and programs do. Empty: it stands for itself.
    """
    stem = path[: path.rfind(".")]
    spelled = ((one, one.upper(), f".{one[1:].capitalize()}") for one in _beside(path))
    return [stem + suffix for each in spelled for suffix in each]


class Pairs:
    """Finds the primary files; blocking. May be used in several threads at once."""

    def __init__(self, look: Callable[[Path], Snapshot], exiftool: Pool) -> None:
        """``look`` looks at a file itself, as it is done for its facts."""
        self._look = look
        self._exiftool = exiftool
        self._is_one_shot = lru_cache(_REMEMBERED)(self._compare)

    def primary_of(self, path: Path) -> Path | None:
        """Return the picture that stands for a RAW file or a film; None: it stands for itself.

        Of several names that would do, the first is taken: JPEG before HEIC for RAW files, HEIC
        before JPEG for films.
        """
        there = [one for one in pictures_for(os.fspath(path)) if os.path.isfile(one)]  # noqa: PTH113 - takes long names
        if not there:
            return None
        try:
            its = Identity.of(path)
            return next((one for one in map(Path, there) if self._are(path, its, one)), None)
        except OSError:  # it went, or may not be read: whoever asked will meet that too
            return None

    def _are(self, path: Path, its: Identity, primary: Path) -> bool:
        return self._is_one_shot(path, its, primary, Identity.of(primary))

    def _compare(self, path: Path, _its: Identity, primary: Path, _other: Identity) -> bool:
        """Say whether two files are of one shot, remembered for as long as they are unchanged."""
        try:
            one, other = (self._look(each).values for each in (path, primary))
            if path.suffix.lower() not in _FILMS:
                return _is_same(one, other)
            known, wanted = map(self._identifier, (path, primary))
        except (MetadataError, ProcessError):
            return False
        return known == wanted if known and wanted else _is_live(one, other)

    def _identifier(self, path: Path) -> str:
        values = self._exiftool.read(path, _IDENTIFIERS, quick=False)
        return next(map(str, values.values()), "")


def of_pair(own: Facts, primary: Facts) -> Facts:
    """Return what is known of a file whose picture is that of ``primary``.

    What may be told to models, and tells a burst, is as the primary has it, where it has it, so
    that there is one question; and fences around the picture count, as that would be shown.
    """
    place = primary if primary.latitude is not None else own
    told = {name: primary.metadata[name] for name in _SHAPING if name in primary.metadata}
    return replace(
        own,
        width=primary.width or own.width,
        height=primary.height or own.height,
        taken_at=primary.taken_at or own.taken_at,
        latitude=place.latitude,
        longitude=place.longitude,
        metadata=own.metadata | told,
        people=tuple(dict.fromkeys((*own.people, *primary.people))),
        keywords=tuple(dict.fromkeys((*own.keywords, *primary.keywords))),
    )


def _beside(name: str) -> tuple[str, ...]:
    """Return the suffixes of what may stand for a file."""
    form = format_of(name)
    if form is not None and form.kind is FormatKind.RAW:
        return _BESIDE_RAW
    return _BESIDE_FILM if name.lower().endswith(_FILMS) else ()


def _is_same(raw: _Values, picture: _Values) -> bool:
    """Say whether a picture is that of a RAW file of its name; where times are lost, it is."""
    models = (str(raw.get("EXIF:Model", "")).strip(), str(picture.get("EXIF:Model", "")).strip())
    if all(models) and models[0] != models[1]:
        return False
    apart = _seconds_apart(raw, picture)
    return apart is None or apart <= _APART


def _is_live(film: _Values, picture: _Values) -> bool:
    """Say whether a film is that of a picture: many a film merely has the name of one."""
    duration, apart = film.get("QuickTime:Duration"), _seconds_apart(film, picture)
    is_short = isinstance(duration, int | float) and duration <= _LIVE
    return is_short and apart is not None and apart <= _APART


def _seconds_apart(one: _Values, other: _Values) -> float | None:
    """Return what is between two times on the camera's clock; None: one is not known."""
    first, second = taken_at(one), taken_at(other)
    if first is None or second is None:
        return None
    return abs((first.replace(tzinfo=None) - second.replace(tzinfo=None)).total_seconds())
