"""What keeps keywords from flowing between digiKam and files, and which switch to change.

What each setting does was seen with digiKam 7.9 and 8.6.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tagwright_adapters.digikam.behaviour import Behaviour, WritingMode
from tagwright_adapters.digikam.contents import Contents
from tagwright_adapters.digikam.tag_fields import (
    HIERARCHICAL_SUBJECT,
    SUBJECT,
    TAGS_LIST,
    TagFields,
)

Status = Literal["ok", "stops", "risk", "note"]

SCHEMA_OF_8 = 16

_BEHAVIOUR = "Settings > Configure digiKam > Metadata > Behavior"
_SIDECARS = "Settings > Configure digiKam > Metadata > Sidecars"
_ADVANCED = "Settings > Configure digiKam > Metadata > Advanced"
_START = "Settings > Configure digiKam > Miscellaneous > Behavior"
_MODES = {
    WritingMode.FILE: "into files",
    WritingMode.SIDECAR: "into sidecars only",
    WritingMode.BOTH: "into files and sidecars",
    WritingMode.SIDECAR_FOR_READ_ONLY: "into files, and into sidecars of read-only ones",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    status: Status  # "stops": keywords do not flow; "risk": some may be lost
    said: str
    switch: str = ""  # what to change, and where


@dataclass(frozen=True, slots=True)
class Case:
    """All that the settings are judged by."""

    behaviour: Behaviour
    contents: Contents
    writes_sidecars_only: bool  # how Tagwright is set
    writes_short_names: bool


def replaces(behaviour: Behaviour, contents: Contents) -> bool:
    """Whether tags that only the database has are lost where a file is read again."""
    is_8 = contents.schema >= SCHEMA_OF_8
    return behaviour.rescan and (behaviour.clears or (behaviour.writes_tags and is_8))


def judge(case: Case) -> Iterator[Finding]:
    """Say of each setting what it does to keywords."""
    yield _rescan(case.behaviour)
    yield _writing(case.behaviour)
    if case.behaviour.fields:
        yield from _fields(case.behaviour.fields)
    yield from _losses(case)
    yield _reading_sidecars(case)
    yield from _sidecar_names(case)
    yield from _timing(case.behaviour)


def _rescan(seen: Behaviour) -> Finding:
    if seen.rescan:
        return Finding("from files to digiKam", "ok", "changed files are read again")
    said = "what changes in photos that digiKam knows already is never read"
    switch = (
        f"{_BEHAVIOUR}: switch on 'Rescan file when files are modified'. For photos that were"
        " tagged before: Item > Reread Metadata From Files"
    )
    return Finding("from files to digiKam", "stops", said, switch)


def _writing(seen: Behaviour) -> Finding:
    if seen.writes_tags:
        said = f"what you tag or untag in digiKam is written {_MODES[seen.mode]}"
        return Finding("from digiKam to files", "ok", said)
    said = (
        "what you tag or untag in digiKam stays in its database: Tagwright does not learn of it,"
        " and a tag that you delete there is not taken for rejected"
    )
    switch = f"{_BEHAVIOUR}: switch on 'Image tags'"
    return Finding("from digiKam to files", "stops", said, switch)


def _fields(fields: TagFields) -> Iterator[Finding]:
    """Judge a choice of fields that is not digiKam's own."""
    what, switch = "fields of tags", f"{_ADVANCED}, Tags: press 'Reset to Default'"
    ours = (TAGS_LIST, HIERARCHICAL_SUBJECT, SUBJECT)
    first = fields.read[0] if fields.read else ""
    if not set(ours) & set(fields.read):
        said = "digiKam is set to read none of the fields that Tagwright writes"
        yield Finding(what, "stops", said, switch)
    elif fields.reads_all:
        said = (
            "digiKam reads all fields together, so that flat keywords become tags of their own at"
            " the top of the tree, beside those in their place"
        )
        yield Finding(what, "risk", said, f"{_ADVANCED}: switch off 'Read all metadata for tags'")
    elif first == SUBJECT:
        said = f"digiKam reads {SUBJECT} first, where tags have no place in the tree"
        yield Finding(what, "risk", said, switch)
    elif first not in ours:
        said = f"digiKam reads {first} first, so photos that have it do not show what is written"
        yield Finding(what, "risk", said, switch)
    if TAGS_LIST not in fields.written:
        said = f"digiKam is set not to write {TAGS_LIST}, by which Tagwright learns what you untag"
        yield Finding("fields that digiKam writes", "stops", said, switch)


def _losses(case: Case) -> Iterator[Finding]:
    seen = case.behaviour
    if not (replaces(seen, case.contents) and case.contents.tagged):
        return
    why = (
        "'Clean up the metadata from the database when rescan files' is on"
        if seen.clears
        else "digiKam 8 replaces its tags by those in the file when both switches are on"
    )
    said = (
        f"tags that only digiKam's database has are lost when a photo is read again: {why}"
        f" ({case.contents.tagged:,} photos have tags there)"
    )
    switch = (
        "Tag with 'tagwright digikam sync', which writes these tags too; or once, before anything"
        " else: Tools > Maintenance > Sync Metadata and Database, from database to image metadata"
    )
    if seen.clears:
        switch += f"; or {_BEHAVIOUR}: switch that off"
    yield Finding("tags in the database alone", "risk", said, switch)


def _reading_sidecars(case: Case) -> Finding:
    what, seen = "sidecars", case.behaviour
    if seen.reads_sidecars:
        return Finding(what, "ok", "read; where there is one, digiKam reads nothing in the photo")
    switch = f"{_SIDECARS}: switch on 'Read from sidecar files'"
    if seen.mode is not WritingMode.FILE:
        said = f"digiKam writes {_MODES[seen.mode]}, and does not read sidecars"
        return Finding(what, "stops", said, switch)
    if case.writes_sidecars_only:
        said = "Tagwright is set to write sidecars, and digiKam does not read them"
        return Finding(what, "stops", said, switch)
    if case.contents.beside:
        said = (
            f"not read, and {case.contents.beside:,} of {case.contents.photos:,} photos are RAW,"
            " video or the like, whose tags can only stand in sidecars"
        )
        return Finding(what, "stops", said, switch)
    return Finding(what, "ok", "not read, and not needed: no RAW, no video")


def _sidecar_names(case: Case) -> Iterator[Finding]:
    what, seen = "names of sidecars", case.behaviour
    if not seen.reads_sidecars:
        return
    name = "IMG.xmp" if seen.short_names else "IMG.jpg.xmp"
    if seen.short_names == case.writes_short_names:
        yield Finding(what, "ok", f"{name}, here and there")
        return
    wanted = "short" if seen.short_names else "long"
    ours = "IMG.xmp" if case.writes_short_names else "IMG.jpg.xmp"
    said = f"digiKam wants {name}, and 'tagwright tag' makes {ours}"
    switch = (
        f'In tagwright.toml, under [files]: sidecar_name = "{wanted}";'
        " 'tagwright digikam sync' does so by itself"
    )
    # Long names are looked for first, short ones found nevertheless where they are not forced.
    yield Finding(what, "stops" if seen.short_names else "note", said, switch)


def _timing(seen: Behaviour) -> Iterator[Finding]:
    if seen.writes_tags and seen.lazy:
        said = "digiKam writes only when it ends, or when you press 'Apply pending changes'"
        switch = f"{_BEHAVIOUR}: switch off 'Use lazy synchronization' to have it at once"
        yield Finding("time of writing", "note", said, switch)
    if seen.writes_tags and not seen.touches:
        said = "digiKam leaves the modification time, so Tagwright may overlook what it wrote"
        switch = (
            f"{_BEHAVIOUR}: switch on 'Update file modification timestamp when files are modified'"
        )
        yield Finding("time of files", "note", said, switch)
    if not seen.scans_at_start:
        said = "digiKam does not look for new files when it starts"
        switch = f"{_START}: switch on 'Scan for new items at startup', or press F5"
        yield Finding("look at start", "note", said, switch)
