"""One digiKam: its settings, its database and its collections, as they are now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tagwright.taxonomy.decoding import source_name
from tagwright_adapters.digikam.albums import AlbumRoot, read_album_roots
from tagwright_adapters.digikam.behaviour import Behaviour, read_behaviour
from tagwright_adapters.digikam.checking import SCHEMA_OF_8, Case, Finding, judge
from tagwright_adapters.digikam.contents import Contents, count
from tagwright_adapters.digikam.database import shown
from tagwright_adapters.digikam.server import Server
from tagwright_adapters.digikam.settings import Place, find

_EIGHT = 8


@dataclass(frozen=True, slots=True)
class Installation:
    """What was found of a digiKam."""

    place: Place
    behaviour: Behaviour | None  # None: its settings are not known
    contents: Contents
    roots: tuple[AlbumRoot, ...]

    @property
    def version(self) -> str:
        """The program's version, as far as it can be seen."""
        began = self.behaviour.version if self.behaviour else ""
        if self.contents.schema < SCHEMA_OF_8:
            return began or "before 8"
        # Settings keep the version that made them; a newer database was made by a newer program.
        major = began.partition(".")[0]
        return began if major.isdecimal() and int(major) >= _EIGHT else "8 or newer"


def look(given: Path | None = None) -> Installation:
    """Look at the digiKam whose settings, database or folder is ``given``, or at the user's own.

    Raises:
        DigikamNotFoundError: there is none.
        DigikamError: it cannot be read.
    """
    place = find(given)
    return Installation(
        place=place,
        behaviour=read_behaviour(place.rc) if place.rc else None,
        contents=count(place.database),
        roots=read_album_roots(place.database),
    )


def examine(
    seen: Installation, *, writes_sidecars_only: bool, writes_short_names: bool
) -> Iterator[Finding]:
    """Say what was found, what it does to keywords and what to change.

    Args:
        seen: The digiKam.
        writes_sidecars_only: Whether Tagwright is set to write nothing into photos.
        writes_short_names: Whether its sidecars are called IMG.xmp.
    """
    place, contents = seen.place, seen.contents
    yield Finding("digiKam", "ok", f"{seen.version}; database version {contents.schema}")
    yield Finding(
        "database",
        "ok",
        f"{shown(place.database)}: {contents.photos:,} photos, {contents.tagged:,} with tags",
    )
    if isinstance(place.database, Server):
        yield from _server()
    yield from _collections(seen)
    if place.rc is None or seen.behaviour is None:
        said = "no digikamrc leads to this database, so what digiKam reads and writes is not known"
        yield Finding("settings", "stops", said, "Name the digikamrc with --database")
        return
    yield Finding("settings", "ok", source_name(place.rc))
    case = Case(seen.behaviour, contents, writes_sidecars_only, writes_short_names)
    yield from judge(case)


def _server() -> Iterator[Finding]:
    said = "read in transactions that cannot write, whatever digiKam's account may"
    yield Finding("server", "ok", said)
    said = (
        "on a server, digiKam cannot have two tags that differ in upper and lower case alone: it"
        " drops the second one in silence"
    )
    switch = "Keep to one spelling; 'tagwright digikam sync' uses that of your tags"
    yield Finding("upper and lower case", "risk", said, switch)


def _collections(seen: Installation) -> Iterator[Finding]:
    for root in seen.roots:
        if root.path is not None:
            yield Finding("collection", "ok", f"{root.shown}: {source_name(root.path)}")
        else:
            yield Finding("collection", "note", f"{root.shown}: {root.trouble}")
    if not any(root.path for root in seen.roots):
        said = "there is none, so digiKam shows no photos" if not seen.roots else "none is there"
        switch = "Settings > Configure digiKam > Collections: add a folder, or mount its disk"
        yield Finding("collections", "stops", said, switch)
