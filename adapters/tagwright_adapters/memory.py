"""The ports in memory: a library, a watcher and a tagger that do just what a test tells them."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from tagwright.errors import VanishedError
from tagwright.model import (
    Answer,
    AssetRef,
    Extra,
    ExtraField,
    Facts,
    Observation,
    Quote,
    Rendition,
    RenditionSpec,
    Tag,
)
from tagwright.ports import (
    NOTHING,
    Arrival,
    Entry,
    FieldChange,
    Intend,
    Listing,
    Receipt,
    Withdrawal,
)

TagPath = tuple[str, ...]


@dataclass(slots=True)
class MemoryPhoto:
    """A photo: its picture as bytes, and the tags and extras that stand on it."""

    picture: bytes
    tags: list[TagPath] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)
    people: list[str] = field(default_factory=list)  # names by face regions
    version: int = 0  # rises with every change, as a modification time does

    def touch(self) -> None:
        """Note a change."""
        self.version += 1


class MemoryLibrary:
    """A photo library in a dictionary, by reference ``folder/name``."""

    name = "memory"
    holds = frozenset(ExtraField)

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
        """Return the name, the tags and the extras."""
        photo, name = self._photo(ref), ref.reference.rpartition("/")[2]
        tags = tuple(photo.tags)
        extras, people = tuple(photo.extras), tuple(photo.people)
        return Facts(name=name, tags=tags, extras=extras, people=people, keywords=tags)

    async def rendition(self, ref: AssetRef, spec: RenditionSpec) -> Rendition:
        """Return the picture's bytes as they are."""
        return Rendition(self._photo(ref).picture, spec.long_edge, spec.long_edge)

    async def plan(
        self,
        ref: AssetRef,
        tags: Sequence[Tag],
        withdraw: Withdrawal = NOTHING,
        extras: Sequence[Extra] = (),
    ) -> Receipt:
        """Say which tags and extras would come and go."""
        photo = self._photo(ref)
        gone = tuple(tag for tag in withdraw.tags if tag.path in photo.tags)
        left = [path for path in photo.tags if path not in withdraw.paths]
        new = tuple(tag for tag in tags if tag.path not in left)
        there = tuple(tag for tag in tags if tag.path in left)
        receipt = Receipt(new, there, (), ref.reference, b"", len(photo.picture), photo.version)
        given, taken = _exchange(photo, extras, withdraw)
        receipt = replace(receipt, withdrawn=gone, given=given, taken=taken)
        if not receipt.records:
            return receipt
        tags_after = [*left, *(tag.path for tag in new)]
        extras_after = _after(photo.extras, receipt.given, receipt.taken)
        return replace(
            receipt,
            changes=_changes(photo, tags_after, extras_after),
            before=json.dumps(photo.tags).encode(),
            modified=photo.version + 1,
        )

    async def write(
        self,
        ref: AssetRef,
        tags: Sequence[Tag],
        intend: Intend,
        withdraw: Withdrawal = NOTHING,
        extras: Sequence[Extra] = (),
    ) -> Receipt:
        """Add what is not there, and remove what of ours is to go."""
        receipt = await self.plan(ref, tags, withdraw, extras)
        if receipt.changes:
            await intend(receipt)
            self.before_write(ref)
            photo = self._photo(ref)
            gone = {tag.path for tag in receipt.withdrawn}
            photo.tags = [path for path in photo.tags if path not in gone]
            photo.tags.extend(tag.path for tag in receipt.written)
            photo.extras = _after(photo.extras, receipt.given, receipt.taken)
            photo.touch()
            self.writes += 1
        return receipt

    async def revert(
        self,
        ref: AssetRef,
        receipts: Sequence[Receipt],
        *,
        dry_run: bool,
        intend: Intend | None = None,
        begun: Sequence[Receipt] = (),  # noqa: ARG002 - a photo here changes all at once
    ) -> Receipt:
        """Remove what the receipts say was written, and put back what was withdrawn."""
        photo = self._photo(ref)
        ours = {tag.path: tag for receipt in receipts for tag in receipt.written}
        left = [path for path in photo.tags if path not in ours]
        back = {tag.path: tag for receipt in receipts for tag in receipt.withdrawn}
        returned = tuple(tag for path, tag in back.items() if path not in left)
        left += [tag.path for tag in returned]
        extras = photo.extras
        for receipt in receipts:
            there = [one for one in receipt.given if one in extras]
            extras = _after(extras, [], there)
            lost = {one.field for one in receipt.given if one not in there}
            extras += [
                one
                for one in receipt.taken
                if not _rivals(extras, one)
                and (one.field is ExtraField.ALBUM or one.field not in lost)
            ]
        changes = _changes(photo, left, extras)
        done = Receipt(
            written=returned,
            already=(),
            changes=changes,
            target=ref.reference,
            before=json.dumps(photo.tags).encode(),
            size=len(photo.picture),
            modified=photo.version + bool(changes),
            withdrawn=tuple(tag for path, tag in ours.items() if path in photo.tags),
            given=tuple(one for one in extras if one not in photo.extras),
            taken=tuple(one for one in photo.extras if one not in extras),
        )
        if changes and not dry_run:
            if intend is not None:
                await intend(done)
            self.before_write(ref)
            photo.tags, photo.extras = left, extras
            photo.touch()
        return done

    async def aclose(self) -> None:
        """Nothing is held."""

    def _photo(self, ref: AssetRef) -> MemoryPhoto:
        try:
            return self.photos[ref.reference]
        except KeyError:
            raise VanishedError(asset=ref.reference) from None


def _joined(paths: Sequence[TagPath]) -> tuple[str, ...]:
    return tuple("/".join(path) for path in paths)


def _exchange(
    photo: MemoryPhoto, extras: Sequence[Extra], withdraw: Withdrawal
) -> tuple[tuple[Extra, ...], tuple[Extra, ...]]:
    """Return what is really set and taken: what people set stays."""
    left = [one for one in photo.extras if one not in withdraw.extras]
    given = tuple(one for one in extras if not _rivals(left, one))
    fields = {one.field for one in extras} - {one.field for one in given}
    gone = (one for one in withdraw.extras if one in photo.extras and one.field not in fields)
    return given, tuple(gone)


def _rivals(extras: Sequence[Extra], new: Extra) -> bool:
    """Say whether one is there already that leaves no place for a new one."""
    single = new.field is not ExtraField.ALBUM
    return any(one.field is new.field if single else one == new for one in extras)


def _after(extras: Sequence[Extra], come: Sequence[Extra], gone: Sequence[Extra]) -> list[Extra]:
    return [*(one for one in extras if one not in gone), *come]


def _changes(
    photo: MemoryPhoto, tags: Sequence[TagPath], extras: Sequence[Extra]
) -> tuple[FieldChange, ...]:
    pairs = (
        FieldChange("tags", _joined(photo.tags), _joined(tags)),
        FieldChange("extras", tuple(map(str, photo.extras)), tuple(map(str, extras))),
    )
    return tuple(one for one in pairs if one.before != one.after)


class MemoryWatcher:
    """Hands over what it is told of, for as long as it is not stopped."""

    def __init__(self, library: MemoryLibrary) -> None:
        self._library = library
        self._told: asyncio.Queue[Arrival | None] = asyncio.Queue()

    def saw(self, *references: str) -> None:
        """Tell of assets as they are now in the library; those that are not there are gone."""
        listings = []
        for listing in self._library.listings():
            seen = [one for one in listing.entries if listing.folder + one.name in references]
            if seen:
                listings.append(Listing.of(listing.folder, seen))
        gone = tuple(one for one in references if one not in self._library.photos)
        self._told.put_nowait(Arrival(tuple(listings), gone=gone))

    def scanned(self) -> None:
        """Tell of the whole library."""
        self._told.put_nowait(Arrival(tuple(self._library.listings()), whole=True))

    def emptied(self, folder: str) -> None:
        """Tell that a folder holds nothing any more."""
        self._told.put_nowait(Arrival((Listing(folder),), whole=True))

    async def arrivals(self) -> AsyncIterator[Arrival]:
        """Yield it in order."""
        while (arrival := await self._told.get()) is not None:
            yield arrival

    def stop(self) -> None:
        """Hand over what was told before, and no more."""
        self._told.put_nowait(None)


Script = Callable[[Rendition, Facts], Answer]
FREE = Quote(Decimal(0), Decimal(0), Decimal(0))


class MemoryTagger:
    """A tagger whose answers come from a function; it counts the questions."""

    reads_facts = False
    leaves_machine = False

    def __init__(
        self,
        script: Script,
        *,
        name: str = "memory",
        concurrency: int = 4,
        price: Quote | None = FREE,
    ) -> None:
        """``price`` is what it says that an answer will cost; None: it does not know."""
        self.price = price
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

    async def quote(self, rendition: Rendition, facts: Facts) -> Quote | None:  # noqa: ARG002 - the port's
        """Return the price, the same for all photos."""
        return self.price

    async def check(self) -> str:
        """Say that all is well."""
        return "answers from memory"

    async def aclose(self) -> None:
        """Nothing is held."""


def says(*labels: str, confidence: float = 0.95, caption: str | None = None) -> Script:
    """Return a script that sees the same labels in every picture."""
    seen = tuple(Observation(label, confidence) for label in labels)
    answer = Answer(seen, model="memory", caption=caption)
    return lambda _rendition, _facts: answer
