"""Concepts under numbers, as a model is shown them, and what its choice stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tagwright.taxonomy import Concept, Taxonomy
from tagwright.taxonomy.labels import fold, printable
from tagwright_adapters.llm.cleaning import clean

_OURS = "tagwright"  # the tag that our own bookkeeping stands under
_BRACKETS = str.maketrans("<>", "\u2039\u203a")  # look alike, and close nothing
_MOST_DIGITS = 6


class Offer:
    """A numbered list of concepts.

    Numbers are short, hence cheap; because a model may miscount, a choice counts only where number
    and term agree.
    """

    def __init__(self, concepts: Iterable[Concept]) -> None:
        """Give ``concepts`` numbers from 1, in their order."""
        self.concepts = tuple(concepts)
        self.numbers = {one.id: number for number, one in enumerate(self.concepts, start=1)}

    def __len__(self) -> int:
        """How many are offered."""
        return len(self.concepts)

    def chosen(self, number: object, term: str) -> Concept | None:
        """Return the concept that a number and a term both name, or None.

        The term may be any of its labels in any language, with broader ones before it or its note
        behind it, as models copy them.
        """
        place = _integer(number)
        if place is None or not 1 <= place <= len(self.concepts):
            return None
        concept = self.concepts[place - 1]
        return concept if _spellings(term) & _names(concept) else None

    def names(self, term: str) -> bool:
        """Whether a term is a label of anything that is offered."""
        said = _spellings(term)
        return any(said & _names(concept) for concept in self.concepts)


@dataclass(frozen=True, slots=True)
class Place:
    """A concept and how deep it stands in the hierarchy."""

    depth: int
    concept: Concept


def places(taxonomy: Taxonomy) -> Iterator[Place]:
    """Yield what a model may see, broader concepts first: all but our own bookkeeping.

    A concept with several broader ones is there once, on its path.
    """
    top = (taxonomy[one] for one in reversed(taxonomy.narrower()))
    waiting = [Place(0, one) for one in top if _OURS not in _names(one)]
    while waiting:
        place = waiting.pop()
        yield place
        below = (taxonomy[one] for one in reversed(taxonomy.narrower(place.concept.id)))
        waiting.extend(
            Place(place.depth + 1, one) for one in below if one.broader[0] == place.concept.id
        )


def shown(text: str, longest: int = 200) -> str:
    """Return foreign text as it may stand in a prompt: one line, without markup to break out of."""
    seen = clean(text[: 4 * longest])  # of what is invisible, much may stand before what is not
    return " ".join(printable(seen, longest).translate(_BRACKETS).split())


def shown_label(taxonomy: Taxonomy, concept: Concept, language: str) -> str:
    """Return the label of a concept in a language, else in the taxonomy's, fit for a prompt."""
    return shown(concept.labels.get(language) or taxonomy.label(concept.id))


def shown_note(taxonomy: Taxonomy, concept: Concept, longest: int) -> str:
    """Return the beginning of a concept's note, fit for a prompt."""
    return shown(taxonomy.note(concept.id), longest)


def _integer(number: object) -> int | None:
    """Models say 7, 7.0 and "7"."""
    if isinstance(number, str) and number.isascii() and number.isdigit():
        return int(number) if len(number) <= _MOST_DIGITS else None
    if isinstance(number, float) and number.is_integer():
        return int(number)
    return number if type(number) is int else None


def _spellings(term: str) -> set[str]:
    forms = (term, term.rpartition(">")[2], term.partition(" (")[0])
    return {fold(form) for form in forms} - {""}


def _names(concept: Concept) -> set[str]:
    alternatives: Sequence[str] = [
        label for labels in concept.alternatives.values() for label in labels
    ]
    labels = (*concept.labels.values(), *alternatives)
    return {fold(form) for label in labels for form in (label, shown(label))}
