"""The user's concepts as a model is offered them where they fit into its prompt."""

from __future__ import annotations

import hashlib
import json

from tagwright.taxonomy import Taxonomy
from tagwright_adapters.llm.offer import Offer, Place, places, shown_label, shown_note
from tagwright_adapters.llm.tokens import estimate_tokens

_LONGEST_NOTE = 160  # characters


class Vocabulary(Offer):
    """All concepts that can be tags as a numbered tree, or nothing if they are too many."""

    def __init__(self, taxonomy: Taxonomy, language: str, most: int, most_tokens: int) -> None:
        """``most`` concepts and ``most_tokens`` are still offered; of more, none is."""
        self._taxonomy = taxonomy
        self._language = language
        tree = list(places(taxonomy))
        concepts = [place.concept for place in tree if not place.concept.group]
        self.size = len(concepts)
        super().__init__(concepts if self.size <= most else ())
        self.text = "\n".join(self._line(place) for place in tree) if self.concepts else ""
        self.tokens = estimate_tokens(self.text)
        if self.tokens > most_tokens:
            super().__init__(())
            self.text = ""

    @property
    def key(self) -> str | None:
        """A hash of what is offered and what it stands for; None: nothing is."""
        if not self.concepts:
            return None
        content = json.dumps([self.text, [concept.id for concept in self.concepts]])
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def _line(self, place: Place) -> str:
        label = shown_label(self._taxonomy, place.concept, self._language)
        note = shown_note(self._taxonomy, place.concept, _LONGEST_NOTE)
        # Every line begins with what we put there, so that no label can pass for anything else.
        number = self.numbers.get(place.concept.id)
        text = f"- {label}:" if number is None else f"{number} {label}"
        return "  " * place.depth + (f"{text} ({note})" if note else text)
