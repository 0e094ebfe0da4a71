"""Cameras, what they shoot, and a tagger that is worth sparing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from tests.quality.frames import jpeg, photo

from tagwright.model import Answer, AssetRef, Facts, Rendition
from tagwright.pictures.look import look
from tagwright.pipeline.bursts import BurstBounds
from tagwright.state import schema as tables
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, MemoryTagger, Script

PHOTOS = Path(__file__).parents[3] / "photos"
NOON = datetime(2026, 5, 1, 12, 0, 0)
CAMERA: dict[str, object] = {"EXIF:Make": "Canon", "EXIF:Model": "EOS R5"}
SHARED = "a frame of the same burst"


@cache
def scene(name: str) -> bytes:
    """Return a rendition of a photo."""
    return jpeg(photo(PHOTOS / name))


@dataclass
class Shot:
    """One photo in the camera's folder."""

    picture: bytes
    at: float = 0.0  # s after noon
    camera: str = "EOS R5"
    folder: str = "p"
    width: int = 6000


class Camera(MemoryLibrary):
    """A library whose photos have a camera and a time."""

    def __init__(self, shots: Sequence[Shot]) -> None:
        self.shots = {f"{shot.folder}/{n:03d}.jpg": shot for n, shot in enumerate(shots)}
        pictures = (
            # What follows the end of a JPEG makes it another file of the same look.
            MemoryPhoto(shot.picture + b"%d" % n)
            for n, shot in enumerate(shots)
        )
        super().__init__(dict(zip(self.shots, pictures, strict=True)))

    def facts_of(self, reference: str) -> Facts:
        """Return what is known without the tags."""
        shot = self.shots[reference]
        metadata: dict[str, object] = {"EXIF:Make": "Canon", "EXIF:Model": shot.camera}
        return Facts(
            name=reference.rpartition("/")[2],
            taken_at=NOON + timedelta(seconds=shot.at),
            width=shot.width,
            height=4000,
            metadata=metadata,
        )

    async def facts(self, ref: AssetRef) -> Facts:
        """Return what the camera wrote."""
        known = await super().facts(ref)
        return replace(self.facts_of(ref.reference), tags=known.tags, extras=known.extras)


class Costly(MemoryTagger):
    """A tagger that is worth saving."""

    costly = True

    def __init__(self, script: Script, *, name: str = "costly", concurrency: int = 4) -> None:
        super().__init__(script, name=name, concurrency=concurrency)
        self.facts: list[Facts] = []

    async def observe(self, rendition: Rendition, facts: Facts) -> Answer:
        """Remember who was asked about."""
        self.facts.append(facts)
        return await super().observe(rendition, facts)


def burst(name: str, count: int, *, step: float = 0.01, start: float = 0.0) -> list[Shot]:
    return [Shot(scene(name), start + n * step) for n in range(count)]


async def run(bench: Any, library: MemoryLibrary, *taggers: MemoryTagger, **options: Any) -> Any:
    """Run to the end; whoever waits for ever fails."""
    async with asyncio.timeout(60):
        return await (await bench.runner(library, *taggers, **options)).run()


async def copies(bench: Any) -> list[tuple[str, str]]:
    """Return references of photos with a copied answer, and of those that it was given for."""
    given_, copy = tables.answers.alias(), tables.answers
    photos, originals = tables.assets, tables.assets.alias()
    folder, other = tables.folders, tables.folders.alias()
    query = (
        select(folder.c.path + photos.c.name, other.c.path + originals.c.name)
        .select_from(copy)
        .join(given_, given_.c.id == copy.c.shared_from)
        .join(photos, photos.c.content_key == copy.c.content_key)
        .join(folder, folder.c.id == photos.c.folder_id)
        .join(originals, originals.c.content_key == given_.c.content_key)
        .join(other, other.c.id == originals.c.folder_id)
    )
    rows = await bench.lane(lambda c: c.execute(query).all())
    return [(row[0], row[1]) for row in rows]


def resemble(one: bytes, other: bytes) -> bool:
    seen = look(one), look(other)
    assert seen[0] is not None
    assert seen[1] is not None
    return seen[0].resembles(seen[1], BurstBounds().distance)
