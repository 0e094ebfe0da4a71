"""The user's concepts as a model is offered them, and what its choice stands for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from tagwright.taxonomy import Concept, Taxonomy
from tagwright.taxonomy.labels import fold

_LONGEST_NOTE = 160  # characters


@dataclass(frozen=True, slots=True)
class _Line:
    depth: int
    concept: Concept


class Vocabulary:
    """A numbered list of all concepts that can be tags, or nothing if they are too many.

    Numbers are short, hence cheap; because a model may miscount, a choice counts only where number
    and term agree.
    """

    def __init__(self, taxonomy: Taxonomy, language: str, most: int) -> None:
        """``most`` is how many concepts are still offered; of more, none is."""
        self._taxonomy = taxonomy
        self._language = language
        self.size = sum(not concept.group for concept in taxonomy)
        lines = list(_walk(taxonomy)) if 0 < self.size <= most else []
        self._numbered = {
            number: line.concept
            for number, line in enumerate((one for one in lines if not one.concept.group), start=1)
        }
        numbers = {concept.id: number for number, concept in self._numbered.items()}
        self.text = "\n".join(self._line(line, numbers) for line in lines)

    def __len__(self) -> int:
        """How many are offered."""
        return len(self._numbered)

    @property
    def key(self) -> str | None:
        """A hash of what is offered and what it stands for; None: nothing is."""
        if not self._numbered:
            return None
        content = json.dumps([self.text, [concept.id for concept in self._numbered.values()]])
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def chosen(self, number: object, term: str) -> Concept | None:
        """Return the concept that a number and a term both name, or None."""
        concept = self._numbered.get(number) if type(number) is int else None
        if concept is None or fold(term.rpartition(">")[2]) not in _names(concept):
            return None
        return concept

    def _line(self, line: _Line, numbers: dict[str, int]) -> str:
        concept = line.concept
        label = concept.labels.get(self._language) or self._taxonomy.label(concept.id)
        number = numbers.get(concept.id)
        text = "  " * line.depth + (f"{label}:" if number is None else f"{number} {label}")
        note = " ".join(self._taxonomy.note(concept.id).split())[:_LONGEST_NOTE]
        return f"{text} ({note})" if note else text


def _walk(taxonomy: Taxonomy) -> Iterator[_Line]:
    waiting = [_Line(0, taxonomy[one]) for one in reversed(taxonomy.narrower())]
    while waiting:
        line = waiting.pop()
        yield line
        below = (taxonomy[one] for one in reversed(taxonomy.narrower(line.concept.id)))
        # A concept with several broader ones is listed once, on its path.
        waiting.extend(
            _Line(line.depth + 1, one) for one in below if one.broader[0] == line.concept.id
        )


def _names(concept: Concept) -> set[str]:
    alternatives = (label for labels in concept.alternatives.values() for label in labels)
    return {fold(label) for label in (*concept.labels.values(), *alternatives)}
