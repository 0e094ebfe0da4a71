"""Labels as words."""

from __future__ import annotations

from tagwright.taxonomy.labels import plain

_MOST_WORDS = 6  # more is a sentence


def words(label: str) -> tuple[str, ...]:
    """Return the words of a label in lower case; none where it is no short phrase of words."""
    found = tuple(plain(label).split(" "))
    if len(found) > _MOST_WORDS or not all(map(_is_word, found)):
        return ()
    return found


def _is_word(text: str) -> bool:
    return text.replace("'", "").isalnum()
