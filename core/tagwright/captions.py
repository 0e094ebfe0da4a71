"""Captions that rules set: their placeholder, and what every metadata field can hold."""

from __future__ import annotations

import unicodedata

PLACEHOLDER = "{caption}"
"""In a rule's caption, what a tagger said of the photo in a sentence."""

MOST_CHARACTERS = 2000


def plain(text: str) -> str:
    """Return a text as one line without control characters, cut to :data:`MOST_CHARACTERS`."""
    kept = "".join(character if _is_kept(character) else " " for character in text)
    return " ".join(kept.split())[:MOST_CHARACTERS].strip()


def _is_kept(character: str) -> bool:
    # Cc: controls; Cs: halves of surrogate pairs. Format characters join emoji and some scripts.
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in "\ufffe\uffff"
