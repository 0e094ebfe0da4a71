"""How digiKam is set to read and write metadata."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from tagwright_adapters.digikam.rc import is_on, read_groups
from tagwright_adapters.digikam.tag_fields import TagFields, tag_fields

_GROUP = "Metadata Settings"
_GENERAL = "General Settings"


class WritingMode(IntEnum):
    """Where digiKam writes metadata, by the numbers in its settings."""

    FILE = 0
    SIDECAR = 1
    BOTH = 2
    SIDECAR_FOR_READ_ONLY = 3


@dataclass(frozen=True, slots=True)
class Behaviour:
    """The settings that decide which keywords flow; the defaults are digiKam's own."""

    rescan: bool = False  # looks again at files that others have changed
    clears: bool = False  # forgets what its database has before it does
    writes_tags: bool = False  # "Image tags"
    lazy: bool = False  # writes only when it ends, or is told to
    touches: bool = True  # moves the modification time of what it writes
    reads_sidecars: bool = False
    short_names: bool = False  # of sidecars: IMG.xmp
    mode: WritingMode = WritingMode.FILE
    scans_at_start: bool = True
    version: str = ""  # of the digiKam that began these settings
    fields: TagFields | None = None  # None: digiKam's own choice of them


def read_behaviour(rc: Path) -> Behaviour:
    """Return what a ``digikamrc`` says.

    Raises:
        DigikamError: it cannot be read.
    """
    groups = read_groups(rc)
    group, general = groups.get(_GROUP, {}), groups.get(_GENERAL, {})
    return Behaviour(
        rescan=is_on(group, "Rescan File If Modified", default=False),
        clears=is_on(group, "Clear Metadata If Rescan", default=False),
        writes_tags=is_on(group, "Save Tags", default=False),
        lazy=is_on(group, "Use Lazy Synchronization", default=False),
        touches=is_on(group, "Update File Timestamp", default=True),
        reads_sidecars=is_on(group, "Use XMP Sidecar For Reading", default=False),
        short_names=is_on(group, "Use Compatible File Name", default=False),
        mode=_mode(group.get("Metadata Writing Mode", "")),
        scans_at_start=is_on(general, "Scan At Start", default=True),
        version=general.get("Version", ""),
        fields=tag_fields(groups),
    )


def _mode(text: str) -> WritingMode:
    try:
        return WritingMode(int(text))
    except ValueError:  # missing or of a digiKam to come, which falls back likewise
        return WritingMode.FILE
