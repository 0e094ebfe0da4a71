"""What a run is told, what it reports of each photo, and what it adds up."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from tagwright.errors import AwaitedError, FencedError, TagwrightError
from tagwright.feedback import Learned
from tagwright.mapping import MappingOptions
from tagwright.model import (
    Answer,
    AssetRef,
    Decision,
    Extra,
    ExtraField,
    Facts,
    Observation,
    RenditionSpec,
    Suggestion,
)
from tagwright.pipeline.bursts import BurstBounds
from tagwright.pipeline.consulting.chains import Chain, Course, goal_of
from tagwright.pipeline.purse import Budget
from tagwright.policy import Firing, Policy
from tagwright.ports import PhotoLibrary, Receipt, Tagger, Watcher
from tagwright.privacy import Guard
from tagwright.state import Lane
from tagwright.state.answers import recipe_key
from tagwright.state.owners import Owner
from tagwright.taxonomy import Taxonomy

ATTEMPTS = 2  # that an answer is asked and paid for, a repair included
_MOST_LABELS = 10_000


@dataclass(frozen=True, slots=True)
class Settings:
    """The frozen configuration of one run."""

    taxonomy: Taxonomy
    policy: Policy
    taggers: Sequence[Tagger]
    writing: str  # key of the library's options that change what is written
    rendition: RenditionSpec = field(default_factory=RenditionSpec)
    mapping: MappingOptions = field(default_factory=MappingOptions)
    dry_run: bool = False
    force: bool = False
    reask: bool = False  # ask again what was answered under another vocabulary
    patience: float = 300.0  # s without any success of a service before the run ends
    budget: Budget = field(default_factory=Budget)
    attempts: int = ATTEMPTS  # that an answer may be asked and paid for, over all runs
    bursts: BurstBounds | None = field(default_factory=BurstBounds)  # None: nothing is shared
    guard: Guard = field(default_factory=Guard)
    chains: Sequence[Chain] = ()  # who is asked for whom; empty: each tagger stands alone
    later: frozenset[str] = frozenset()  # names of taggers that are asked in batches only

    @property
    def plan(self) -> Sequence[Chain]:
        """All chains, taggers that stand alone among them."""
        return self.chains or [Chain.alone(tagger.name) for tagger in self.taggers]

    def recipe(self, tagger: Tagger) -> dict[str, object]:
        """Return everything that shapes a tagger's answer."""
        spec = {"long_edge": self.rendition.long_edge, "quality": self.rendition.quality}
        return {**tagger.recipe, "name": tagger.name, "rendition": spec}

    @property
    def goal(self) -> str:
        """Key of everything that decides what tags an asset should end up with."""
        parts: list[object] = [recipe_key(self.recipe(tagger)) for tagger in self.taggers]
        parts += goal_of(self.chains)
        parts += [self.taxonomy.key, self.mapping.key, self.policy.key, self.writing]
        parts += filter(None, [self.guard.key(self.taggers)])
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Site:
    """A folder that goes by settings of its own, with all below it."""

    folder: str  # reference; ends with the host's separator
    library: PhotoLibrary  # the same photos, perhaps written in another way
    settings: Settings


@dataclass(frozen=True, slots=True)
class Session:
    """What all parts of one run share."""

    library: PhotoLibrary
    settings: Settings
    lane: Lane
    owner: Owner
    run_id: str
    sites: Sequence[Site] = ()
    source: Callable[[Tally], Watcher] | None = None  # of a run; None: one scan of the library
    ahead: int | None = None  # photos that may wait when it is asked for more; None: any number
    own: Collection[str] = ()  # kinds of runs; what others ended is left so; empty: they are alike


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one photo."""

    ref: AssetRef
    status: Literal["tagged", "passed", "refused", "failed", "left"]
    facts: Facts | None = None
    answers: tuple[tuple[str, Answer], ...] = ()  # tagger's name and what it said
    suggestions: tuple[Suggestion, ...] = ()
    unmapped: tuple[Observation, ...] = ()
    receipt: Receipt | None = None
    error: TagwrightError | None = None
    fired: tuple[Firing, ...] = ()  # rules of the policy
    stale: int = 0  # tags of ours on it that it should no longer have
    barred: tuple[tuple[Extra, str], ...] = ()  # what rules would set but for a person, and why
    courses: tuple[Course, ...] = ()  # of chains of taggers
    notes: tuple[str, ...] = ()  # for people: which taggers of chains were asked, and why
    fenced: tuple[FencedError, ...] = ()  # services that were not shown it, and why
    learned: Learned | None = None  # what people did to it since it was last looked at


@dataclass(slots=True)
class Tally:
    """Figures of a run, while it goes on and at its end."""

    found: int = 0  # photos seen by the scan
    queued: int = 0
    unchanged: int = 0
    elsewhere: int = 0
    set_aside: int = 0
    gone: int = 0  # not there any more
    scanned: bool = False  # whether the scan has ended, so that ``queued`` is final
    tagged: int = 0  # photos that reached their goal
    passed: int = 0  # photos that go without tags, as another file of the shot has them
    changed: int = 0  # photos that were written to (or would be, in a dry run)
    tags: int = 0
    stale: int = 0  # tags of ours that photos should no longer have; judging anew takes them away
    captions: int = 0  # set
    titles: int = 0
    ratings: int = 0
    colour_labels: int = 0
    albums: int = 0  # photos put into one
    review: int = 0
    refused: int = 0
    failed: int = 0
    left: int = 0  # put back for the next run
    awaited: int = 0  # of these, because their answers are to come with a batch
    asked: int = 0  # questions put to taggers
    earlier: int = 0  # answers taken that were given under an earlier vocabulary
    spent: Decimal = Decimal(0)  # US dollars, as far as costs are known
    shared: int = 0  # answers taken from another frame of a burst
    fenced: int = 0  # photos that some service was not shown, for the sake of privacy
    fences: Counter[str] = field(default_factory=Counter)  # those by the kind of fence
    unmapped: Counter[str] = field(default_factory=Counter)
    courses: Counter[Course] = field(default_factory=Counter)  # of chains of taggers

    @property
    def finished(self) -> int:
        """Photos that this run is through with."""
        return self.tagged + self.passed + self.refused + self.failed + self.left

    def add(self, result: Result) -> None:
        """Count one photo."""
        setattr(self, result.status, getattr(self, result.status) + 1)
        if result.receipt is not None:
            self.changed += bool(result.receipt.changes)
            self.tags += len(result.receipt.written)
            given = Counter(extra.field for extra in result.receipt.given)
            self.captions += given[ExtraField.CAPTION]
            self.titles += given[ExtraField.TITLE]
            self.ratings += given[ExtraField.RATING]
            self.colour_labels += given[ExtraField.COLOUR_LABEL]
            self.albums += given[ExtraField.ALBUM]
        self.awaited += isinstance(result.error, AwaitedError)
        self.stale += result.stale
        self.fenced += bool(result.fenced)
        self.fences.update({one.by for one in result.fenced})
        self.courses.update(result.courses)
        self.review += sum(s.decision is Decision.REVIEW for s in result.suggestions)
        for observation in result.unmapped:
            label = observation.label
            if label in self.unmapped or len(self.unmapped) < _MOST_LABELS:
                self.unmapped[label] += 1

    def as_dict(self) -> dict[str, object]:
        """Return the figures as plain data."""
        names = (
            "found queued unchanged elsewhere set_aside tagged passed changed tags captions "
            "titles ratings colour_labels albums stale review refused failed left awaited asked "
            "earlier shared fenced"
        )
        return {name: getattr(self, name) for name in names.split()} | {
            "unmapped": len(self.unmapped),
            "chains": [{**one._asdict(), "photos": n} for one, n in sorted(self.courses.items())],
        }
