"""Several files of one shot, and who looks at them."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from tagwright.model import Answer, AssetRef, Facts, Rendition
from tagwright.pipeline import Result, Runner, Session, Settings
from tagwright.pipeline.bursts import BurstBounds
from tagwright.policy import Policy
from tagwright.privacy import Guard
from tagwright.state import Lane, runs
from tagwright.state.owners import Owner
from tagwright.taxonomy import parse_taxonomy
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.targets import FileOptions, PairsName
from tagwright_adapters.memory import MemoryTagger, says

Exiftool = Callable[..., str]
Film = Callable[..., Path]
TAXONOMY = parse_taxonomy("name: Test\nlanguage: en\nconcepts: {Cat: , Beach: }\n", source="test")
NOON, LATER = "2024:05:01 12:00:00", "2024:05:01 12:10:00"
LIVE = "5B2F6C2E-9E3C-4F0B-8B0A-1D6F6C1E2A11"


class Shown(MemoryTagger):
    """A tagger that is at another machine, and keeps what it was shown."""

    leaves_machine = True
    costly = True

    def __init__(self) -> None:
        super().__init__(self._see)
        self.names: list[str] = []
        self.widths: list[int] = []

    def _see(self, picture: Rendition, facts: Facts) -> Answer:
        self.names.append(facts.name)
        self.widths.append(picture.width)
        return says("cat")(picture, facts)


@dataclass
class Desk:
    """Runs over one folder with one state."""

    folder: Path
    lane: Lane
    owner: Owner
    tagger: Shown = field(default_factory=Shown)
    results: dict[str, Result] = field(default_factory=dict)
    libraries: dict[PairsName, FileLibrary] = field(default_factory=dict)

    async def run(
        self, pairs: PairsName = "both", *, force: bool = False, guard: Guard | None = None
    ) -> Runner:
        """Tag what is there."""
        if pairs not in self.libraries:
            options = FileOptions(pairs=pairs, workers=1)
            self.libraries[pairs] = FileLibrary([self.folder], options)
        settings = Settings(
            TAXONOMY,
            Policy(),
            [self.tagger],
            f"test {pairs}",
            force=force,
            bursts=BurstBounds(),
            guard=guard or Guard(),
        )
        run_id = await self.lane(lambda c: runs.begin(c, "tag", self.owner.id, {}))
        session = Session(self.libraries[pairs], settings, self.lane, self.owner, run_id)
        self.results.clear()
        runner = Runner(session, lambda one: self.results.update({name(one.ref): one}))
        await runner.run()
        return runner


def name(ref: AssetRef) -> str:
    return ref.reference.rpartition("/")[2]


def of_an_iphone(path: Path, identifier: str) -> None:
    """Give a JPEG the maker note of an iPhone, which exiftool cannot make."""
    value = identifier.encode() + b"\0"
    note = b"Apple iOS\0\0\x01MM" + struct.pack(">H", 1)
    note += struct.pack(">HHII", 0x0011, 2, len(value), len(note) + 16) + bytes(4) + value
    with Image.open(path) as image:
        exif = image.getexif()
        exif[0x010F] = "Apple"
        exif.get_ifd(0x8769)[0x927C] = note
        image.save(path, exif=exif)


def tags_of(exiftool: Exiftool, path: Path) -> str:
    return exiftool("-s3", "-XMP-dc:Subject", path).strip() if path.exists() else ""
