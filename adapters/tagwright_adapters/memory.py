"""Both ports in memory: a photo library and a tagger that do just what a test tells them."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from tagwright.errors import VanishedError
from tagwright.model import Answer, AssetRef, Facts, Observation, Rendition, RenditionSpec, Tag
from tagwright.ports import NOTHING, Entry, FieldChange, Intend, Listing, Receipt, Withdrawal

TagPath = tuple[str, ...]


@dataclass(slots=True)
class MemoryPhoto:
    """A photo: its picture as bytes, and the tags that stand on it."""

    picture: bytes
    tags: list[TagPath] = field(default_factory=list)
    version: int = 0  # rises with every change, as a modification time does

    def touch(self) -> None:
        """Note a change."""
        self.version += 1


class MemoryLibrary:
    """A photo library in a dictionary, by reference ``folder/name``."""

    name = "memory"

    def __init__(self, photos: dict[str, MemoryPhoto]) -> None:
        self.photos = photos
        self.writes = 0
        self.before_write: Callable[[AssetRef], None] = lambda _ref: None

    def listings(self) -> Iterator[Listing]:
        """Yield the folders in order."""
        folders: dict[str, list[Entry]] = {}
        for reference, photo in sorted(self.photos.items()):
            folder, _, name = reference.rpartition("/")
            entry = Entry(name, len(photo.picture), photo.version)
            folders.setdefault(f"{folder}/", []).append(entry)
        for folder, entries in folders.items():
            yield Listing.of(folder, entries)

    async def content_key(self, ref: AssetRef) -> str:
        """Return a hash of the picture."""
        return hashlib.sha256(self._photo(ref).picture).hexdigest()[:16]

    async def facts(self, ref: AssetRef) -> Facts:
        """Return the name and the tags."""
        return Facts(name=ref.reference.rpartition("/")[2], tags=tuple(self._photo(ref).tags))

    async def rendition(self, ref: AssetRef, spec: RenditionSpec) -> Rendition:
        """Return the picture's bytes as they are."""
        return Rendition(self._photo(ref).picture, spec.long_edge, spec.long_edge)

    async def plan(
        self, ref: AssetRef, tags: Sequence[Tag], withdraw: Withdrawal = NOTHING
    ) -> Receipt:
        """Say which tags would come and go."""
        photo = self._photo(ref)
        gone = tuple(tag for tag in withdraw.tags if tag.path in photo.tags)
        left = [path for path in photo.tags if path not in withdraw.paths]
        new = tuple(tag for tag in tags if tag.path not in left)
        there = tuple(tag for tag in tags if tag.path in left)
        receipt = Receipt(new, there, (), ref.reference, b"", len(photo.picture), photo.version)
        if not new and not gone:
            return receipt
        change = FieldChange(
            "tags", _joined(photo.tags), _joined([*left, *(tag.path for tag in new)])
        )
        kept = json.dumps(photo.tags).encode()
        modified = photo.version + 1
        return replace(receipt, changes=(change,), before=kept, modified=modified, withdrawn=gone)

    async def write(
        self, ref: AssetRef, tags: Sequence[Tag], intend: Intend, withdraw: Withdrawal = NOTHING
    ) -> Receipt:
        """Add the tags that are not there, and remove ours that are to go."""
        receipt = await self.plan(ref, tags, withdraw)
        if receipt.changes:
            await intend(receipt)
            self.before_write(ref)
            photo = self._photo(ref)
            gone = {tag.path for tag in receipt.withdrawn}
            photo.tags = [path for path in photo.tags if path not in gone]
            photo.tags.extend(tag.path for tag in receipt.written)
            photo.touch()
            self.writes += 1
        return receipt

    async def revert(self, ref: AssetRef, receipts: Sequence[Receipt], *, dry_run: bool) -> Receipt:
        """Remove what the receipts say was written, and put back what was withdrawn."""
        photo = self._photo(ref)
        ours = {tag.path for receipt in receipts for tag in receipt.written}
        left = [path for path in photo.tags if path not in ours]
        back = (tag.path for receipt in receipts for tag in receipt.withdrawn)
        left += [path for path in back if path not in left]
        if left == photo.tags:
            return Receipt((), (), (), ref.reference, b"", len(photo.picture), photo.version)
        change = FieldChange("tags", _joined(photo.tags), _joined(left))
        if not dry_run:
            photo.tags = left
            photo.touch()
        return Receipt((), (), (change,), ref.reference, b"", len(photo.picture), photo.version)

    async def aclose(self) -> None:
        """Nothing is held."""

    def _photo(self, ref: AssetRef) -> MemoryPhoto:
        try:
            return self.photos[ref.reference]
        except KeyError:
            raise VanishedError(asset=ref.reference) from None


def _joined(paths: Sequence[TagPath]) -> tuple[str, ...]:
    return tuple("/".join(path) for path in paths)


Script = Callable[[Rendition, Facts], Answer]


class MemoryTagger:
    """A tagger whose answers come from a function; it counts the questions."""

    reads_facts = False
    leaves_machine = False

    def __init__(self, script: Script, *, name: str = "memory", concurrency: int = 4) -> None:
        self.name = name
        self.recipe: dict[str, object] = {"tagger": name}
        self.concurrency = concurrency
        self.calls = 0
        self._script = script

    async def observe(self, rendition: Rendition, facts: Facts) -> Answer:
        """Answer as the script says."""
        self.calls += 1
        await asyncio.sleep(0)
        return self._script(rendition, facts)

    async def check(self) -> str:
        """Say that all is well."""
        return "answers from memory"

    async def aclose(self) -> None:
        """Nothing is held."""


def says(*labels: str, confidence: float = 0.95) -> Script:
    """Return a script that sees the same labels in every picture."""
    answer = Answer(tuple(Observation(label, confidence) for label in labels), model="memory")
    return lambda _rendition, _facts: answer
