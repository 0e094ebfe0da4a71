"""English phrases: the head stands last, "red sports car" is a car; "car wheel" is a wheel."""

from __future__ import annotations

from dataclasses import replace

from tagwright.mapping.language import english, lexicon, modifiers
from tagwright.mapping.language.forms import english_singular
from tagwright.mapping.language.phrases import Phrase, Reading, reading
from tagwright.mapping.matching import Match

_PREPOSITIONS = modifiers.word_set(
    "with without in on at by near under over behind beside between inside outside against from "
    "for of to across through above below"
)
_SEVERAL = modifiers.word_set(
    "group pair couple flock herd swarm pack bunch row pile stack heap slice piece cluster "
    "collection crowd lot variety assortment set number"
)
_CONJUNCTIONS = frozenset({"and", "or", "nor", "but", "versus", "vs", "plus"})


def read(phrase: Phrase) -> Reading | None:
    """Return the head's concepts; None where there is none or the phrase means something else."""
    words = phrase.words
    if len(words) < 2 or _CONJUNCTIONS & set(words):
        return None
    at = next((place for place, word in enumerate(words) if word in _PREPOSITIONS), None)
    if at is None:
        return _noun_phrase(phrase)
    if _nature(words) == english.OTHER:
        return None
    if words[at] == "of" and at and english_singular(words[at - 1]) in _SEVERAL:
        return _content(replace(phrase, words=words[at + 1 :]), words[: at + 1])
    return _before(replace(phrase, words=words[:at]), words[at:])


def _nature(words: tuple[str, ...]) -> str | None:
    *before, last = words
    phrase = " ".join((*before, english_singular(last)))
    return english.compound(phrase) or english.compound(" ".join(words))


def _content(phrase: Phrase, several: tuple[str, ...]) -> Reading | None:
    """Return what there are several or a part of: "flock of sheep", "slice of red apple"."""
    if found := phrase.find(phrase.words):
        return reading(found, [" ".join(several)], safe=True)
    return read(phrase)


def _before(phrase: Phrase, rest: tuple[str, ...]) -> Reading | None:
    """Return what stands before a preposition; it may be shown by something else, so in doubt."""
    found = phrase.find(phrase.words)
    if not found and (inner := read(phrase)):
        found = inner.matches
    return reading(found, [" ".join(rest)], safe=False) if found else None


def _noun_phrase(phrase: Phrase) -> Reading | None:
    words = phrase.words
    for start in range(1, len(words)):
        if found := phrase.find(words[start:]):
            return _judged(words, start, found)
    return None


def _judged(words: tuple[str, ...], start: int, found: tuple[Match, ...]) -> Reading | None:
    """Return the head's concepts, less sure where a word before it may change the thing."""
    head = english_singular(words[-1])
    safe = True
    for place in reversed(range(start)):
        word, nature = words[place], _nature(words[place:])
        if nature == english.KIND and start == len(words) - 1:
            continue
        if nature == english.OTHER and not modifiers.is_description(word):
            return None  # "white horse" may be the breaker that it also names, or just a horse
        if nature is None and modifiers.denies(word, head):
            return None
        apart = nature is None and not _is_joined(words[place:])
        safe = safe and apart and modifiers.leaves(word, head)
    colours = _colours(words[:start], words, head) if safe else ()
    return reading(found, words[:start], safe=safe, colours=colours)


def _is_joined(words: tuple[str, ...]) -> bool:
    """Whether two words are also one, which may mean something else: "black bird"."""
    return len(words) == 2 and lexicon.is_known("".join(words), "en")


def _colours(before: tuple[str, ...], words: tuple[str, ...], head: str) -> tuple[str, ...]:
    """Return the colours of a made thing; "red fox" and "white wine" are names of kinds."""
    if english.category(head) not in {english.MADE, english.ARTEFACT}:
        return ()
    return tuple(
        word
        for place, word in enumerate(before)
        if word in modifiers.COLOURS and _nature(words[place:]) is None
    )
