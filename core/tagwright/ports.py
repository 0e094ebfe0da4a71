"""The ports: what the core asks of photo libraries and of vision services.

Implementations live in the adapters. All methods that are ``async`` may be called concurrently for
different assets; the pipeline never has two operations under way on one asset.
"""

from __future__ import annotations

from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import BinaryIO, NamedTuple, Protocol, Self, runtime_checkable

from tagwright.errors import TaggerError
from tagwright.model import (
    Answer,
    AssetRef,
    Extra,
    ExtraField,
    Facts,
    Quote,
    Rendition,
    RenditionSpec,
    Sent,
    Tag,
)


class Entry(NamedTuple):
    """One asset in a listing. ``size`` (bytes) and ``modified`` (ns) change when it changes."""

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


class PhotoLibrary(Protocol):
    """A host of photos."""

    @property
    def name(self) -> str:
        """Stable name: "files", "immich:alice"."""

    @property
    def holds(self) -> frozenset[ExtraField]:
        """What it can hold beside tags."""

    def listings(self) -> Iterator[Listing]:
        """Yield what is there now, folder by folder, in a stable order; blocking."""

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
        touched, and not at all where there is nothing to change.
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


@runtime_checkable
class NotingLibrary(PhotoLibrary, Protocol):
    """A library whose assets can hold notes of what we wrote and of what people rejected."""

    async def recover(self, ref: AssetRef) -> Recovered:
        """Return what the notes say; its receipts can be reverted, tag by tag."""

    async def note_rejected(self, ref: AssetRef, concepts: Sequence[str]) -> Receipt:
        """Note these concepts as rejected, in place of those noted before.

        A receipt without changes: they are noted already, or nothing is there that takes a note.
        """


class Tagger(Protocol):
    """A vision service."""

    @property
    def name(self) -> str:
        """What the user configured: "basics", "ollama:llama3.2-vision"."""

    @property
    def recipe(self) -> Mapping[str, object]:
        """Everything on our side that shapes an answer, JSON-able: model, prompt, vocabulary."""

    @property
    def reads_facts(self) -> bool:
        """Whether answers depend on :class:`Facts` too, and are then not shared by content.

        On all of them but tags, unless it is a :class:`SelectiveTagger`.
        """

    @property
    def concurrency(self) -> int:
        """How many photos may be with it at once."""

    @property
    def leaves_machine(self) -> bool:
        """Whether pictures go to another machine."""

    async def observe(self, rendition: Rendition, facts: Facts) -> Answer:
        """Look at one photo. Raises a :class:`~tagwright.errors.TaggerError`.

        The tags among the facts are those of people; ours are left out.
        """

    async def check(self) -> str:
        """Prove without cost where possible that it can work; return a line for ``doctor``."""

    async def aclose(self) -> None:
        """Release connections."""


Progress = Callable[[str, int, int], None]
"""Takes note of what is being fetched or made, how much of it is done, and of how much."""


@runtime_checkable
class Preparing(Protocol):
    """A tagger that has much to fetch or to make before its first photo.

    It does so with its first photo at the latest; being asked before, it can say how far it is.
    """

    async def prepare(self, progress: Progress) -> None:
        """Get ready, or do nothing; raises a TagwrightError."""


@runtime_checkable
class SelectiveTagger(Protocol):
    """What a tagger offers besides, if its answers depend on a few facts only.

    So a photo is not paid for again when its folder is renamed and only its date was sent.
    """

    def facts_key(self, facts: Facts) -> str:
        """Return the key of what it reads of these facts; empty: nothing.

        Equal keys must mean equal answers. It is called in the event loop, for every photo.
        """


@runtime_checkable
class FrugalTagger(Protocol):
    """A tagger that may ask more than once for one answer, as to have it repaired."""

    async def observe_within(self, rendition: Rendition, facts: Facts, attempts: int) -> Answer:
        """Look at one photo as :meth:`Tagger.observe` does, asking at most ``attempts`` times."""


@runtime_checkable
class PricedTagger(Protocol):
    """A tagger that can say what an answer will cost. One that cannot costs nothing."""

    async def quote(self, rendition: Rendition, facts: Facts) -> Quote | None:
        """Return what this answer will cost; None: the price is not known."""


@runtime_checkable
class CostlyTagger(Protocol):
    """A tagger whose answers may take so much that the frames of a burst had better share one."""

    @property
    def costly(self) -> bool:
        """Whether they do, in money or in time."""


@runtime_checkable
class OpenTagger(Protocol):
    """A tagger that says what of a photo leaves the machine; asked only where something does."""

    def sends(self, facts: Facts) -> Sent:
        """Return where the picture goes, and what goes beside it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a service takes; None: it was not said."""

    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """What a service says is left of its limits, and for how long; None: it was not said."""

    requests: int | None = None
    requests_reset: float = 0.0  # s from when it was said until there is more
    tokens: int | None = None
    tokens_reset: float = 0.0


@runtime_checkable
class LimitedTagger(Protocol):
    """A tagger of a service that takes only so much at a time."""

    @property
    def account(self) -> str:
        """Whose limits they are: taggers of one account share them."""

    @property
    def limits(self) -> Limits:
        """What the user says that it takes."""

    def quota(self) -> Quota | None:
        """Return what the service has said since this was last asked for; None: nothing new."""


@runtime_checkable
class ProbingTagger(Protocol):
    """A tagger that can find out for nothing whether its service is there."""

    async def probe(self) -> None:
        """Do nothing if it is; raises a :class:`~tagwright.errors.TaggerError` if it is not."""


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """What a service takes in one batch, and what it gives for the wait."""

    requests: int  # at most
    bytes: int  # at most, of all encoded requests with a line break each
    hours: float  # after which it gives up what it has not answered
    discount: Decimal  # the share that is taken off the price; 0.5: half of it


class BatchStatus(StrEnum):
    """How a service got on with a batch. All but the first are for good."""

    RUNNING = "running"
    ENDED = "ended"
    EXPIRED = "expired"  # not all could be answered in time
    CANCELLED = "cancelled"
    REJECTED = "rejected"  # as a whole, before anything was looked at
    GONE = "gone"  # the service does not know it, or no longer has its answers


@dataclass(frozen=True, slots=True)
class BatchState:
    """What a service says of a batch."""

    status: BatchStatus
    done: int = 0  # requests that are through, where the service counts them on the way
    expires_at: float | None = None  # s since the epoch
    reason: str = ""  # why it was rejected, in the service's words


@runtime_checkable
class BatchTagger(Protocol):
    """A tagger that answers later and for less.

    Photos are known by identifiers of ours (letters, digits, ``_`` and ``-``, at most 64).
    """

    @property
    def batch_limits(self) -> BatchLimits:
        """What one batch may hold, and what is taken off its price."""

    async def encode(self, custom_id: str, rendition: Rendition, facts: Facts) -> bytes:
        """Return what would be sent of one photo, without a line break; nothing goes out."""

    async def submit(self, requests: BinaryIO, label: str) -> str:
        """Hand over encoded requests, one a line; return the service's name for the batch.

        ``label`` is ours, for :meth:`find`. Raises a TaggerError: then a batch may or may not have
        come of it.
        """

    async def find(self, label: str, requests: int, since: float, known: frozenset[str]) -> str:
        """Return the name of a batch whose :meth:`submit` never came to its end; empty: none.

        It has so many requests, came into being after ``since`` (s since the epoch), and is none of
        those that are known.
        """

    async def poll(self, service_id: str) -> BatchState:
        """Say how a batch gets on; costs nothing."""

    def collect(self, service_id: str) -> AsyncIterator[tuple[str, Answer | TaggerError]]:
        """Yield what came of each photo, in any order, at the price that was paid.

        What is left out was not looked at. Lines that cannot be read are counted and left out.
        """

    async def cancel(self, service_id: str) -> None:
        """Ask the service to look at no more of it; what it has answered can be collected."""

    async def aclose(self) -> None:
        """Release connections."""


@runtime_checkable
class BatchingTagger(Protocol):
    """A tagger whose service may take batches."""

    def batches(self) -> BatchTagger | None:
        """Return the way there, to be closed by the caller; None: its service takes none."""
