"""The second, cheap question: what free labels mean in a large vocabulary.

It goes out without the picture, only where labels are left that mapping is not sure of, and offers
a shortlist of concepts that look alike.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from tagwright.mapping import Mapper
from tagwright.model import Observation
from tagwright.taxonomy import Concept, Taxonomy
from tagwright.taxonomy.labels import fold
from tagwright_adapters.llm.answer import (
    SCHEMA_VERSION,
    JsonSchema,
    Reading,
    array,
    choice,
    confidence_of,
    entries_of,
    record,
    term_of,
)
from tagwright_adapters.llm.exchange import Question
from tagwright_adapters.llm.offer import Offer, shown, shown_label, shown_note
from tagwright_adapters.llm.salvage import find_object
from tagwright_adapters.llm.shortlist import Search
from tagwright_adapters.llm.tokens import estimate_tokens
from tagwright_prompts import render_match_prompt

_SURE = 0.9  # share of a label's confidence that mapping must keep to be left alone
_MOST_LABELS = 12  # of one photo
_MOST_EACH = 5  # concepts for one label
_MOST_OFFERED = _MOST_LABELS * _MOST_EACH
_LONGEST_CAPTION = 300  # characters
_LONGEST_NOTE = 80  # characters
_LINE_TOKENS = 15  # of one concept of the shortlist, as a rule of thumb


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One photo's second question."""

    question: Question
    offer: Offer
    allowed: Mapping[Observation, frozenset[str]]  # what was asked about, and its concepts by kind

    def settle(self, observations: Sequence[Observation], text: str) -> tuple[Observation, ...]:
        """Return the observations with the concepts that the reply gives to some of them.

        What was not asked about, not offered, or whose number and term disagree, changes nothing.
        """
        found = find_object(text, frozenset(("matches",))) or {}
        asked = {fold(shown(one.label)): one for one in self.allowed}
        settled: dict[Observation, Observation] = {}
        for entry in entries_of(found, "matches"):
            label = entry.get("label")
            seen = asked.get(fold(label)) if isinstance(label, str) else None
            concept = self._chosen(entry)
            sure = confidence_of(entry)
            if seen and concept and sure is not None and concept.id in self.allowed[seen]:
                settled.setdefault(seen, _settled(seen, concept, sure))
        return tuple(settled.get(one, one) for one in observations)

    def _chosen(self, entry: dict[str, object]) -> Concept | None:
        term = term_of(entry)
        return self.offer.chosen(entry.get("id"), term) if term else None


class Matching:
    """Puts the second questions of one tagger."""

    def __init__(
        self, taxonomy: Taxonomy, language: str, *, max_tokens: int, bounded: bool
    ) -> None:
        """``bounded`` says whether the provider enforces minimum and maximum of integers."""
        self._taxonomy = taxonomy
        self._language = language
        self._max_tokens = max_tokens
        self._prompt = render_match_prompt()
        self._schema = _schema(bounded=bounded)
        self._building = threading.Lock()

    @property
    def key(self) -> str:
        """A hash of everything that shapes the second answer, the whole taxonomy included."""
        numbers = (_SURE, _MOST_LABELS, _MOST_EACH, SCHEMA_VERSION)
        content = json.dumps([self._taxonomy.key, self._prompt.key, numbers])
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @property
    def tokens(self) -> int:
        """About how many tokens a second question is at most."""
        return estimate_tokens(self._prompt.instructions) + _MOST_OFFERED * _LINE_TOKENS

    def inquire(self, reading: Reading) -> Inquiry | None:
        """Return the question that a first answer leaves, or None if it leaves none.

        Takes CPU time, and a second or so of it once: not for the event loop.
        """
        if not reading.observations:
            return None
        with self._building:
            mapper, search = self._tools
            left = [one for one in reading.observations if not _mapped(mapper, one)]
            left.sort(key=lambda one: -one.confidence)
            found = [(one, search.find(one, _MOST_EACH)) for one in left]
        asked = [(one, some) for one, some in found if some][:_MOST_LABELS]
        if not asked:
            return None
        concepts = {concept.id: concept for _, some in asked for concept in some}
        offer = Offer(concepts.values())
        allowed = {
            seen: frozenset(one.id for one in offer.concepts if search.takes(one, seen.kind))
            for seen, _ in asked
        }
        question = self._question(list(allowed), offer, reading.caption or "")
        return Inquiry(question, offer, allowed)

    @cached_property
    def _tools(self) -> tuple[Mapper, Search]:
        return Mapper(self._taxonomy), Search(self._taxonomy)

    def _question(self, labels: Sequence[Observation], offer: Offer, caption: str) -> Question:
        request = self._prompt.request(
            "\n".join(_said(one) for one in labels),
            "\n".join(self._term(number, one) for number, one in enumerate(offer.concepts, 1)),
            shown(caption, _LONGEST_CAPTION),
        )
        return Question(
            rendition=None,
            request=request,
            max_tokens=self._max_tokens,
            instructions=self._prompt.instructions,
            schema=self._schema,
        )

    def _term(self, number: int, concept: Concept) -> str:
        above = " > ".join(shown(label) for label in self._taxonomy.path(concept.id)[:-1])
        note = shown_note(self._taxonomy, concept, _LONGEST_NOTE)
        about = "; ".join(filter(None, (above and f"under {above}", note)))
        label = shown_label(self._taxonomy, concept, self._language)
        return f"{number} {label} ({about})" if about else f"{number} {label}"


def _mapped(mapper: Mapper, seen: Observation) -> bool:
    """Whether mapping knows what is meant without doubt."""
    found = mapper.map([("", seen)]).candidates
    return any(one.unambiguous >= _SURE * seen.confidence for one in found)


def _said(seen: Observation) -> str:
    others = ", ".join(shown(one) for one in seen.synonyms)
    about = f"{seen.kind}; also {others}" if others else f"{seen.kind}"
    return f"- {shown(seen.label)} ({about})"


def _settled(seen: Observation, concept: Concept, sure: float) -> Observation:
    how = f"shortlisted concept {concept.id}"
    return replace(seen, concept=concept.id, confidence=seen.confidence * sure, how=how)


def _schema(*, bounded: bool) -> JsonSchema:
    # The same for every photo: services compile a schema once, and take their time for it.
    text: JsonSchema = {"type": "string"}
    return record(matches=array(choice(_MOST_OFFERED, bounded=bounded, label=text)))
