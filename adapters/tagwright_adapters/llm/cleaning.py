"""Foreign text without what cannot be stored or seen."""

from __future__ import annotations

import unicodedata

_NONCHARACTERS = "\ufffe\uffff"  # XML cannot hold them
_JOINERS = "\u200c\u200d"  # shape letters in Persian and Indian scripts, and emoji


def clean(text: str) -> str:
    """Return text on one line without control characters, lone surrogates and invisible marks.

    Invisible ones may turn the direction of writing, or spell words that only a model reads.
    """
    shown = "".join(_shown(character) for character in text)
    return unicodedata.normalize("NFC", " ".join(shown.split()))


def _shown(character: str) -> str:
    if character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category in ("Cf", "Co", "Cs") or character in _NONCHARACTERS else character
