"""Dictionaries of word forms, from simplemma: 54 languages, read when first asked."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simplemma.strategies import DictionaryLookupStrategy

CHECKED = ("en", "de", "fr")  # languages whose words are known for such in any taxonomy
_REMEMBERED = 50_000  # words


@cache
def languages() -> frozenset[str]:
    """Return the codes of the languages that have a dictionary."""
    from simplemma.strategies.dictionaries.dictionary_factory import (  # noqa: PLC0415 - lazy
        SUPPORTED_LANGUAGES,
    )

    return frozenset(SUPPORTED_LANGUAGES)


@cache
def _dictionary() -> DictionaryLookupStrategy:
    # The lookup alone: simplemma's guessing of unknown words would find what nobody said. The
    # compact form takes 20 MB for three languages instead of 150, and 20 µs a word.
    from simplemma.strategies import DictionaryLookupStrategy  # noqa: PLC0415 - only on a miss
    from simplemma.strategies.dictionaries import (  # noqa: PLC0415 - only on a miss
        LOW_MEMORY_DICTIONARY_FACTORY,
    )

    return DictionaryLookupStrategy(LOW_MEMORY_DICTIONARY_FACTORY)


@lru_cache(_REMEMBERED)
def lemma(word: str, language: str) -> str | None:
    """Return the dictionary form of a word in any case, None if the dictionary has it not."""
    return _dictionary().get_lemma(word, language) if language in languages() else None


def is_known(word: str, language: str) -> bool:
    """Whether a dictionary has the word, or it is a number."""
    return word.isdecimal() or lemma(word, language) is not None
