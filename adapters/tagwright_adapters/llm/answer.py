"""The form of an answer: the schema that models are held to, and the reading of what they say."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tagwright.model import Kind, Observation
from tagwright.taxonomy import Concept, Taxonomy
from tagwright.taxonomy.labels import fold
from tagwright_adapters.llm.cleaning import clean
from tagwright_adapters.llm.offer import Offer
from tagwright_adapters.llm.salvage import find_object

SCHEMA_VERSION = 2
_KINDS = {kind.value: kind for kind in Kind}
_MOST = 64  # observations of one photo
_LONGEST_LABEL = 80  # characters; what is longer is a sentence, not a label
_LONGEST_TERM = 500  # likewise, of terms that models copy with their path or note
_LONGEST_TEXT = 1_000  # characters of a caption
_MOST_SYNONYMS = 5

JsonSchema: TypeAlias = dict[str, object]
_TEXT: JsonSchema = {"type": "string"}
_NUMBER: JsonSchema = {"type": "number"}


def schema(kinds: Sequence[str], *, labels: bool, offered: int, bounded: bool) -> JsonSchema:
    """Return the JSON schema of an answer.

    It keeps to what every provider can enforce: no unions, every property required and none beside
    them. What it cannot say (ranges, counts) stands in the prompt and is checked by the reader.

    Args:
        kinds: Kinds of observation that are asked for.
        labels: Whether free labels are wanted.
        offered: How many concepts are offered; 0: none are.
        bounded: Whether the provider enforces minimum and maximum of integers.
    """
    properties: dict[str, JsonSchema] = {}
    if offered:
        properties["concepts"] = array(choice(offered, bounded=bounded))
    if labels:
        properties["tags"] = array(
            record(
                label=_TEXT,
                confidence=_NUMBER,
                kind={"type": "string", "enum": [*kinds, Kind.OTHER.value]},
                synonyms=array(_TEXT),
            )
        )
    return record(**properties, caption=_TEXT, alt_text=_TEXT)


def choice(offered: int, *, bounded: bool, **before: JsonSchema) -> JsonSchema:
    """Return the schema of one choice from ``offered`` concepts.

    The term comes first: it is what the model means, and the number is then found beside it in the
    list. The other way round, a wrong number would be followed by the term that goes with it; and
    a schema that lists terms would complete a wrong beginning. Either would agree, and be wrong.
    """
    number: JsonSchema = {"type": "integer"}
    if bounded:
        number |= {"minimum": 1, "maximum": offered}
    return record(**before, term=_TEXT, id=number, confidence=_NUMBER)


def array(items: JsonSchema) -> JsonSchema:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def record(**properties: JsonSchema) -> JsonSchema:
    """Return the schema of an object with just these properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


@dataclass(frozen=True, slots=True)
class Reading:
    """What an answer says, once checked."""

    observations: tuple[Observation, ...]
    caption: str | None
    alt_text: str | None


class Reader:
    """Reads answers of one tagger."""

    def __init__(
        self, offer: Offer, taxonomy: Taxonomy, language: str, *, labels: bool = True
    ) -> None:
        """``language`` is the one that labels were asked for in, BCP 47, if ``labels`` were."""
        self._offer = offer
        self._taxonomy = taxonomy
        self._language = language
        self._labels = labels

    def read(self, text: str) -> Reading | None:
        """Return what a model's reply says, or None if it is no answer.

        Entries that are not as they should be are left out; an answer that had entries and lost
        them all is none.
        """
        found = find_object(text, frozenset(("tags", "concepts")))
        if found is None:
            return None
        asked = ("concepts", "tags") if self._labels else ("concepts",)
        entries = [one for name in asked for one in entries_of(found, name)]
        observations = tuple(self._observations(found))[:_MOST]
        if entries and not observations and self._labels:
            return None
        return Reading(observations, _prose(found.get("caption")), _prose(found.get("alt_text")))

    def _observations(self, found: dict[str, object]) -> Iterator[Observation]:
        labels: set[str] = set()
        concepts: set[str] = set()
        chosen = (self._chosen(entry) for entry in entries_of(found, "concepts"))
        free = (self._free(entry) for entry in entries_of(found, "tags") if self._labels)
        for one in (*chosen, *free):
            if one is None:
                continue
            label = fold(one.label)
            # Two concepts may have one label: the bird and the country, Turkey.
            if (one.concept in concepts) if one.concept else (label in labels):
                continue
            labels.add(label)
            concepts.add(one.concept or "")
            yield one

    def _chosen(self, entry: dict[str, object]) -> Observation | None:
        term, confidence = term_of(entry), confidence_of(entry)
        if term is None or confidence is None:
            return None
        concept = self._offer.chosen(entry.get("id"), term)
        if concept is None:
            return self._said(term, confidence)
        return Observation(
            label=self._taxonomy.label(concept.id),
            confidence=confidence,
            kind=self._kind(concept),
            language=self._taxonomy.language,
            how=f"offered concept {concept.id}",
            concept=concept.id,
        )

    def _said(self, term: str, confidence: float) -> Observation | None:
        """Return what is no choice from what was offered: it may still be a label."""
        label = _label(term)
        if label is None or not (self._labels or self._offer.names(label)):
            return None
        return Observation(label, confidence, language=self._language, how="model answer")

    def _free(self, entry: dict[str, object]) -> Observation | None:
        label, confidence = _label(entry.get("label")), confidence_of(entry)
        if label is None or confidence is None:
            return None
        kind, said = entry.get("kind"), entry.get("synonyms")
        synonyms = (_label(one) for one in said) if isinstance(said, list) else ()
        others = dict.fromkeys(one for one in synonyms if one and fold(one) != fold(label))
        return Observation(
            label=label,
            confidence=confidence,
            kind=_KINDS.get(kind, Kind.OTHER) if isinstance(kind, str) else Kind.OTHER,
            synonyms=tuple(others)[:_MOST_SYNONYMS],
            language=self._language,
            how="model answer",
        )

    def _kind(self, concept: Concept) -> Kind:
        kinds = self._taxonomy.kinds(concept.id)
        return next(iter(kinds)) if len(kinds) == 1 else Kind.OTHER


def entries_of(found: dict[str, object], name: str) -> list[dict[str, object]]:
    """Return the objects in a list of an answer."""
    value = found.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def term_of(entry: dict[str, object]) -> str | None:
    """Return the term of a choice as it may be compared."""
    term = entry.get("term")
    if not isinstance(term, str) or len(term) > _LONGEST_TERM:
        return None
    return clean(term) or None


def confidence_of(entry: dict[str, object]) -> float | None:
    """Return the confidence of an entry; models say 0.9, "0.9", 90 and "90%"."""
    value = entry.get("confidence")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value.strip().removesuffix("%") if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    if number > 1 or (isinstance(value, str) and value.strip().endswith("%")):
        number /= 100
    return number if math.isfinite(number) and 0 <= number <= 1 else None


def _label(value: object) -> str | None:
    if not isinstance(value, str) or len(value) > _LONGEST_LABEL * 4:
        return None
    text = clean(value).strip(" #*-•\"'“”")
    return text if fold(text) and len(text) <= _LONGEST_LABEL else None


def _prose(value: object) -> str | None:
    return (clean(value[:_LONGEST_TEXT]) or None) if isinstance(value, str) else None
