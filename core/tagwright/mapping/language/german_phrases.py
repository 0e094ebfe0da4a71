"""German phrases and compounds: the head stands last, "Segelboot" is a kind of boat.

No dictionary says which compounds mislead ("Seepferdchen", "Handschuh"), so all are in doubt.
"""

from __future__ import annotations

from collections.abc import Iterator

from tagwright.mapping.language import lexicon, modifiers
from tagwright.mapping.language.phrases import Phrase, Reading, reading
from tagwright.mapping.matching import Match

_PREPOSITIONS = modifiers.word_set(
    "im in am an auf mit ohne unter über neben vor hinter bei beim von vom aus zu zum zur zwischen "
    "für durch gegen"
)
_CONJUNCTIONS = frozenset({"und", "oder", "sowie", "bzw"})
_LINKS = ("", "s", "es", "n", "en", "er", "e")  # between the parts of a compound
_SHORTEST = 3  # letters of a part


def read(phrase: Phrase) -> Reading | None:
    """Return the head's concepts, or None."""
    words = phrase.words
    if _CONJUNCTIONS & set(words):
        return None
    at = next((place for place, word in enumerate(words) if word in _PREPOSITIONS), len(words))
    *before, last = words[:at] or ("",)
    found = phrase.find((last,)) if len(words) > 1 else ()
    if not found:
        found, parts = _compound(phrase, last)
        return reading(found, [*before, parts, *words[at:]], safe=False) if found else None
    safe = at == len(words) and all(_describes(word, phrase.label) for word in before)
    return reading(found, [*before, *words[at:]], safe=safe)


def _describes(word: str, label: str) -> bool:
    """Whether an adjective only describes; capitals make a name of it: "Schwarzes Brett"."""
    base = lexicon.lemma(word, "de") or word
    return (base.lower() in modifiers.GERMAN or word in modifiers.GERMAN) and word in label


def _compound(phrase: Phrase, word: str) -> tuple[tuple[Match, ...], str]:
    for cut in range(_SHORTEST, len(word) - _SHORTEST + 1):
        found = phrase.find((word[cut:],))
        if found and any(lexicon.is_known(stem, "de") for stem in _stems(word[:cut])):
            return found, word[:cut]
    return (), ""


def _stems(part: str) -> Iterator[str]:
    for link in _LINKS:
        if part.endswith(link) and len(part) - len(link) >= _SHORTEST:
            yield part[: len(part) - len(link)].capitalize()
    yield part + "e"  # Kirsch-
    yield part + "en"  # Wander-
