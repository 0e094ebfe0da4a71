"""Tables of English nouns, made of WordNet 3.0 by ``packaging/english.py``.

``data/compounds.txt``
    nouns of several words: "=" a kind of what the last word usually is ("sports car"), "~" perhaps,
    "!" something else ("hot dog"). Usually: the sense met most often in tagged text, if it is met
    at least three times as often as senses of other sorts.
``data/categories.txt``
    what a noun usually is: "a" an animal, "p" a person, "m" furniture, buildings, containers,
    clothes and the like, "t" another artefact.
``data/plurals.txt``
    irregular plurals with their singular; "-" with those that mean something else ("glasses"), "~"
    with those that are regular and yet words of their own ("woods").
``data/spellings.txt``
    words with the usual American spelling of the same meaning.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

KIND, PERHAPS, OTHER = "=", "~", "!"
ANIMAL, PERSON, MADE, ARTEFACT = "a", "p", "m", "t"


def compound(phrase: str) -> str | None:
    """Return whether a noun of several words is a kind of its last word; None: not known."""
    return _keyed("compounds").get(phrase)


def category(noun: str) -> str | None:
    """Return what a noun usually is."""
    return _keyed("categories").get(noun)


def singular(plural: str) -> str | None:
    """Return the singular of an irregular plural, itself where it means something else."""
    found = _pairs("plurals").get(plural, "~")
    return {"-": plural, "~": None}.get(found, found)


def is_own_word(plural: str) -> bool:
    """Whether a regular plural stands in the dictionary, so that it may mean more."""
    return _pairs("plurals").get(plural) == "~"


def american(word: str) -> str:
    """Return a word in American spelling."""
    return _pairs("spellings").get(word, word)


@cache
def _keyed(table: str) -> dict[str, str]:
    return {line[2:]: line[0] for line in _lines(table)}


@cache
def _pairs(table: str) -> dict[str, str]:
    pairs = (line.partition(" ") for line in _lines(table))
    return {word: other for word, _, other in pairs}


def _lines(table: str) -> list[str]:
    path = files("tagwright.mapping.language") / "data" / f"{table}.txt"
    return path.read_text("utf-8").splitlines()
