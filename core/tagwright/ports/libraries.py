"""What the core asks of photo libraries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, Self, runtime_checkable

from tagwright.model import AssetRef, Extra, ExtraField, Facts, Rendition, RenditionSpec, Tag


class Entry(NamedTuple):
    """One asset in a listing. ``size`` (bytes) and ``modified`` (ns) change when it changes.

    That is all that belongs to it, also what lies beside it.
    """

    name: str
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The assets of one folder or album; an entry's reference is ``folder + name``.

    In columns, because most are as they were: they are compared without an object for each.
    """

    folder: str  # ends with the host's separator, or is empty
    names: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    times: tuple[int, ...] = ()

    @classmethod
    def of(cls, folder: str, entries: Iterable[tuple[str, int, int]]) -> Self:
        """List entries, or tuples that would make some."""
        return cls(folder, *zip(*entries, strict=True))

    def __len__(self) -> int:
        """How many assets there are."""
        return len(self.names)

    @property
    def entries(self) -> Iterator[Entry]:
        """The assets one by one."""
        return map(Entry, self.names, self.sizes, self.times)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a photo's metadata before and after, for a dry run to show."""

    field: str  # "XMP-dc:Subject", …
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A change to one asset, as planned (dry run) or as written and read back."""

    written: tuple[Tag, ...]  # tags that were not there before
    already: tuple[Tag, ...]  # tags that stood there before: a person's, never in our ledger
    changes: tuple[FieldChange, ...]  # empty: the asset was not touched
    target: str = ""  # what was written: the photo's reference, or its sidecar's
    before: bytes = b""  # the host's own form of what is needed to restore exactly
    size: int = 0  # of the asset afterwards
    modified: int = 0  # ns, of the asset afterwards
    warnings: tuple[str, ...] = ()
    withdrawn: tuple[Tag, ...] = ()  # tags of ours that were taken away
    given: tuple[Extra, ...] = ()  # captions, ratings and albums that were set
    taken: tuple[Extra, ...] = ()  # those of ours that were taken away or replaced

    @property
    def records(self) -> bool:
        """Whether the ledger has anything to remember of it."""
        return bool(self.written or self.withdrawn or self.given or self.taken)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What of ours is to go, with the receipts of the writes that brought the tags."""

    tags: tuple[Tag, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    extras: tuple[Extra, ...] = ()

    @property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """The paths of the tags."""
        return frozenset(tag.path for tag in self.tags)


NOTHING = Withdrawal()

Intend = Callable[[Receipt], Awaitable[None]]
"""Takes note of a write that is about to happen, so that a crash cannot orphan it."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What an asset itself says of our writes, for a ledger that has lost them."""

    receipts: Mapping[str, Receipt] = field(default_factory=dict)  # by run; empty: run not known
    deleted: tuple[Tag, ...] = ()  # noted as written, and not there any more
    rejected: tuple[str, ...] = ()  # concepts that were noted as rejected

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return bool(self.receipts or self.deleted or self.rejected)


@dataclass(frozen=True, slots=True)
class Noted:
    """What is ours on one asset and what people rejected there, to be noted with the asset."""

    tags: tuple[Tag, ...] = ()
    extras: tuple[Extra, ...] = ()
    rejected: tuple[str, ...] = ()  # concepts


class PhotoAccess(Protocol):
    """What can be done with single photos, be they of one library or of several."""

    async def content_key(self, ref: AssetRef) -> str:
        """Return the key of the picture itself, which our own writes do not change."""

    async def facts(self, ref: AssetRef) -> Facts:
        """Return metadata, and the tags and extras that are on the asset now."""

    async def rendition(self, ref: AssetRef, spec: RenditionSpec) -> Rendition:
        """Return the small upright picture."""

    async def plan(
        self,
        ref: AssetRef,
        tags: Sequence[Tag],
        withdraw: Withdrawal = NOTHING,
        extras: Sequence[Extra] = (),
    ) -> Receipt:
        """Say what :meth:`write` would change, touching nothing."""

    async def write(
        self,
        ref: AssetRef,
        tags: Sequence[Tag],
        intend: Intend,
        withdraw: Withdrawal = NOTHING,
        extras: Sequence[Extra] = (),
    ) -> Receipt:
        """Add tags, take ours back, keep everything else, read back; raise unless it is so.

        A caption or rating is set only where there is none, or one that is withdrawn; where there
        is a person's, that stays, and a warning in the receipt says so.

        ``intend`` is awaited with the receipt once everything is ready and before the host is
        touched, and not at all where there is nothing to change. Where some of the tags turn out
        to have been there, or albums to be gone, it is awaited once more with what is left.
        """

    async def revert(
        self,
        ref: AssetRef,
        receipts: Sequence[Receipt],
        *,
        dry_run: bool,
        intend: Intend | None = None,
        begun: Sequence[Receipt] = (),
    ) -> Receipt:
        """Take back earlier writes, newest first in ``receipts``; what people added since stays.

        It is a write too: its receipt says which tags went (``withdrawn``) and which came back
        (``written``), and can be reverted in its turn. ``intend`` is awaited as in :meth:`write`.
        What ``begun``, an earlier revert that was cut short, has done already becomes part of it.
        """

    async def aclose(self) -> None:
        """Release programs and connections."""


class PhotoLibrary(PhotoAccess, Protocol):
    """A host of photos."""

    @property
    def name(self) -> str:
        """Stable name: "files", "immich:alice"."""

    @property
    def holds(self) -> frozenset[ExtraField]:
        """What it can hold beside tags."""

    def listings(self) -> Iterator[Listing]:
        """Yield what is there now, folder by folder, in a stable order; blocking."""


@runtime_checkable
class SlowLibrary(PhotoLibrary, Protocol):
    """A library that takes its time over a write, and less for each of many at once."""

    @property
    def writes_at_once(self) -> int:
        """How many assets may be written to at once, beside those that are made ready."""


@runtime_checkable
class NamedLibrary(PhotoLibrary, Protocol):
    """A library whose references say nothing to people."""

    def called(self, ref: AssetRef) -> str:
        """Return what people call an asset, asking nobody; empty: that is not known."""


@runtime_checkable
class ThriftyLibrary(PhotoLibrary, Protocol):
    """A library that has assets which go without tags, as others have them for both."""

    async def stands_back(self, ref: AssetRef) -> str | None:
        """Return why an asset is not to be tagged, for people; None: it is to be."""


@runtime_checkable
class NotingLibrary(PhotoLibrary, Protocol):
    """A library whose assets can hold notes of what we wrote and of what people rejected."""

    async def recover(self, ref: AssetRef) -> Recovered:
        """Return what the notes say; its receipts can be reverted, tag by tag."""

    async def note_rejected(self, ref: AssetRef, concepts: Sequence[str]) -> Receipt:
        """Note these concepts as rejected, in place of those noted before.

        A receipt without changes: they are noted already, or nothing is there that takes a note.
        """


@runtime_checkable
class SeparateNotesLibrary(NotingLibrary, Protocol):
    """A library whose notes are no part of a write, and are written for many assets at once."""

    async def note(self, notes: Mapping[AssetRef, Noted]) -> None:
        """Write notes in place of those before; passes over assets that are gone.

        Raises:
            TagwrightError: they are not noted, or only some of them.
        """
