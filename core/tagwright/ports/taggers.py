"""What the core asks of vision services: one thing of all of them, more of those that can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from tagwright.model import Answer, Facts, Quote, Rendition, Sent


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
