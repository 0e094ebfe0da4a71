"""The form of an answer: the schema that models are held to, and the reading of what they say."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tagwright.model import Kind, Observation
from tagwright.taxonomy import Concept, Taxonomy
from tagwright.taxonomy.labels import fold
from tagwright_adapters.llm.salvage import find_object
from tagwright_adapters.llm.vocabulary import Vocabulary

SCHEMA_VERSION = 1
_KINDS = {kind.value: kind for kind in Kind}
_MOST = 64  # observations of one photo
_LONGEST_LABEL = 80  # characters; what is longer is a sentence, not a label
_LONGEST_TEXT = 1_000  # characters of a caption
_MOST_SYNONYMS = 5
_NONCHARACTERS = "\ufffe\uffff"  # XML cannot hold them
_JOINERS = "\u200c\u200d"  # shape letters in Persian and Indian scripts, and emoji


JsonSchema: TypeAlias = dict[str, object]


def schema(kinds: Sequence[str], *, offered: bool) -> JsonSchema:
    """Return the JSON schema of an answer.

    It keeps to what every provider can enforce: no unions, no bounds, every property required and
    none beside them. What it cannot say (ranges, counts) stands in the prompt and is checked here.
    """
    number: JsonSchema = {"type": "number"}
    text: JsonSchema = {"type": "string"}
    tag = _object(
        label=text,
        confidence=number,
        kind={"type": "string", "enum": [*kinds, Kind.OTHER.value]},
        synonyms=_array(text),
    )
    chosen = _object(id={"type": "integer"}, term=text, confidence=number)
    properties: dict[str, JsonSchema] = {"concepts": _array(chosen)} if offered else {}
    return _object(**properties, tags=_array(tag), caption=text, alt_text=text)


def _array(items: JsonSchema) -> JsonSchema:
    return {"type": "array", "items": items}


def _object(**properties: JsonSchema) -> JsonSchema:
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

    def __init__(self, vocabulary: Vocabulary, taxonomy: Taxonomy, language: str) -> None:
        """``language`` is the one that labels were asked for in, BCP 47."""
        self._vocabulary = vocabulary
        self._taxonomy = taxonomy
        self._language = language

    def read(self, text: str) -> Reading | None:
        """Return what a model's reply says, or None if it is no answer.

        Entries that are not as they should be are left out; an answer that had entries and lost
        them all is none.
        """
        found = find_object(text, frozenset(("tags", "concepts")))
        if found is None:
            return None
        entries = [*_entries(found, "concepts"), *_entries(found, "tags")]
        observations = tuple(self._observations(found))[:_MOST]
        if entries and not observations:
            return None
        return Reading(observations, _prose(found.get("caption")), _prose(found.get("alt_text")))

    def _observations(self, found: dict[str, object]) -> Iterator[Observation]:
        seen: set[str] = set()
        chosen = (self._chosen(entry) for entry in _entries(found, "concepts"))
        free = (self._free(entry) for entry in _entries(found, "tags"))
        for observation in (*chosen, *free):
            if observation is not None and fold(observation.label) not in seen:
                seen.add(fold(observation.label))
                yield observation

    def _chosen(self, entry: dict[str, object]) -> Observation | None:
        term, confidence = _label(entry.get("term")), _confidence(entry.get("confidence"))
        if term is None or confidence is None:
            return None
        concept = self._vocabulary.chosen(entry.get("id"), term)
        if concept is None:
            # Not a choice from what was offered; what the model said may still be a label.
            return Observation(term, confidence, language=self._language, how="model answer")
        return Observation(
            label=self._taxonomy.label(concept.id),
            confidence=confidence,
            kind=self._kind(concept),
            language=self._taxonomy.language,
            how=f"offered concept {concept.id}",
            concept=concept.id,
        )

    def _free(self, entry: dict[str, object]) -> Observation | None:
        label, confidence = _label(entry.get("label")), _confidence(entry.get("confidence"))
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


def _entries(found: dict[str, object], name: str) -> list[dict[str, object]]:
    value = found.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _confidence(value: object) -> float | None:
    """Models say 0.9, "0.9", 90 and "90%"."""
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
    text = _clean(value).strip(" #*-•\"'“”")
    return text if fold(text) and len(text) <= _LONGEST_LABEL else None


def _prose(value: object) -> str | None:
    return (_clean(value[:_LONGEST_TEXT]) or None) if isinstance(value, str) else None


def _clean(text: str) -> str:
    """Replace what cannot be stored or shown: control characters, lone surrogates, bidi marks."""
    shown = "".join(_shown(character) for character in text)
    return unicodedata.normalize("NFC", " ".join(shown.split()))


def _shown(character: str) -> str:
    if character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category in ("Cf", "Co", "Cs") or character in _NONCHARACTERS else character
