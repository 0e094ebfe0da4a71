"""How long a text is to a model, without its tokenizer."""

from __future__ import annotations

import re
import unicodedata

# Fitted to OpenAI's o200k_base on vocabularies in 12 languages; within a sixth there. Tokenizers
# of other models differ by as much again.
_LINE_BREAK = 1.0
_DIGIT = 0.35
_ASCII = 0.29
_WIDE = 1.0  # Chinese, Japanese, Korean
_OTHER = 0.5


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a text is."""
    breaks, digits = text.count("\n"), len(re.findall("[0-9]", text))
    foreign = re.findall(r"[^\x00-\x7f]", text)
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in foreign)
    rest = len(text) - breaks - digits - len(foreign)
    return round(
        breaks * _LINE_BREAK
        + digits * _DIGIT
        + rest * _ASCII
        + wide * _WIDE
        + (len(foreign) - wide) * _OTHER
    )
