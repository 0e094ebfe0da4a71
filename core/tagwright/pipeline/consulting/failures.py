"""Why taggers of a chain gave no answer for a photo: in words, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tagwright.errors import (
    BudgetError,
    FencedError,
    TaggerAnswerError,
    TaggerBusyError,
    TaggerError,
    TaggerRefusedError,
    TaggerUnavailableError,
)

PASSED_OVER = (TaggerRefusedError, TaggerAnswerError, TaggerUnavailableError, BudgetError)
"""After these another tagger may have its say; a wrong key is a mistake to be mended."""

_WORDS: dict[type[TaggerError], tuple[str, str]] = {
    FencedError: ("was not shown it", "fences"),
    TaggerRefusedError: ("refused", "refusals"),
    TaggerAnswerError: ("gave no usable answer", "unusable answers"),
    BudgetError: ("was out of budget", "budget"),
    TaggerBusyError: ("was busy", "outages"),
    TaggerUnavailableError: ("was down", "outages"),
}


class ChainDownError(TaggerUnavailableError):
    """None of the taggers of a chain can be asked for now."""

    stops_run = True


class Failure(NamedTuple):
    """A tagger that gave no answer."""

    tagger: str
    error: TaggerError

    @property
    def final(self) -> bool:
        """Whether this photo will not get an answer from it later either."""
        return isinstance(self.error, TaggerRefusedError | TaggerAnswerError)

    @property
    def fenced(self) -> bool:
        """Whether it was not asked at all, for the sake of privacy."""
        return isinstance(self.error, FencedError)

    @property
    def kind(self) -> str:
        """What many of its kind are called: "refusals", "outages"."""
        return self._words[1]

    @property
    def brief(self) -> str:
        """What happened: "openai:gpt-4o-mini refused"."""
        return f"{self.tagger} {self._words[0]}"

    @property
    def full(self) -> str:
        """What happened, and what the service said."""
        return f"{self.brief}: {self.error.message.rstrip('.')}"

    @property
    def _words(self) -> tuple[str, str]:
        return next(words for kind, words in _WORDS.items() if isinstance(self.error, kind))


def together(chain: str, failures: Sequence[Failure]) -> TaggerError:
    """Return one error for a chain of which nobody answered; it names each and its reason.

    What is final for the photo counts most, so that the run goes on. It stops only where none of
    the taggers could answer for another photo.
    """
    chosen = min(failures, key=lambda one: (not one.final, one.error.stops_run)).error
    message = f"{chain}: {'; '.join(one.full for one in failures)}."
    return _kind(chosen)(message, cure=chosen.cure)


def _kind(error: TaggerError) -> type[TaggerError]:
    if isinstance(error, TaggerUnavailableError) and error.stops_run:
        return ChainDownError
    return next(kind for kind in _WORDS if isinstance(error, kind))
