"""French phrases: the head stands first, "gâteau d'anniversaire" is a cake.

No dictionary says which of them mislead ("pomme de terre"), so all but articles are in doubt.
"""

from __future__ import annotations

from tagwright.mapping.language import modifiers
from tagwright.mapping.language.forms import french_singular
from tagwright.mapping.language.phrases import Phrase, Reading, reading

_ARTICLES = frozenset(
    {"un", "une", "des", "le", "la", "les", "deux", "trois", "quatre", "plusieurs"}
)
_LINKS = modifiers.word_set("de du des à au aux en avec sur dans sous pour sans")
_CONJUNCTIONS = frozenset({"et", "ou"})


def read(phrase: Phrase) -> Reading | None:
    """Return the head's concepts, or None."""
    words = tuple(part for word in phrase.words for part in _parts(word))
    if _CONJUNCTIONS & set(words) or "-" in phrase.label:
        return None
    articles = 0
    while articles < len(words) - 1 and words[articles] in _ARTICLES:
        articles += 1
    if articles and (found := phrase.find(words[articles:])):
        return reading(found, words[:articles], safe=True)
    start = articles
    while start < len(words) - 1 and french_singular(words[start]) in modifiers.FRENCH:
        start += 1
    for end in range(len(words), start, -1):
        follows = end == len(words) or _goes_on(words[end])
        if follows and end - start < len(words) and (found := phrase.find(words[start:end])):
            return reading(found, [*words[:start], *words[end:]], safe=False)
    return None


def _parts(word: str) -> list[str]:
    """Part "d'anniversaire"."""
    before, quote, after = word.partition("'")
    return [before + "e", after] if quote and before == "d" and after else [word]


def _goes_on(word: str) -> bool:
    return word in _LINKS or _masculine(french_singular(word)) in modifiers.FRENCH


def _masculine(word: str) -> str:
    irregular = {"blanche": "blanc", "violette": "violet", "grosse": "gros", "longue": "long"}
    return irregular.get(word) or (word[:-1] if word[:-1] in modifiers.FRENCH else word)
