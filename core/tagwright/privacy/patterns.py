"""Patterns of folders, tags and names, as people write them in the configuration.

They are read generously: whoever draws a fence would rather keep one photo too many at home. So
case does not count, nor how accents are composed (macOS takes them apart in file names), nor
blanks around a name; and a pattern is also taken literally, as folders may be called "[Private]".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from fnmatch import translate
from functools import lru_cache

from tagwright.errors import ConfigurationError

_DEEP = "**"  # stands for any number of names


@lru_cache(maxsize=10_000)  # the same folders and tags come photo after photo
def caseless(text: str) -> str:
    """Return what all spellings of a name have in common."""
    folded = unicodedata.normalize("NFKC", text)
    # Through capitals, as some letters (such as the Turkish dotless i) only meet there.
    folded = unicodedata.normalize("NFKD", folded.upper().casefold())
    return " ".join(unicodedata.normalize("NFC", folded).split())


class Pattern:
    """One entry: a name, or names from the outside in ("Taxes", "Family/Private", "/home/*/x").

    A name fits at any level and covers all that is below it. ``*``, ``?`` and ``[…]`` work within
    a name as in a shell; ``**`` stands for any number of names. With a slash at its beginning, an
    entry counts from the very top.
    """

    def __init__(self, text: str) -> None:
        """Take it as written; raises a ConfigurationError if nothing can fit."""
        self.text = " ".join(text.split())
        steps = [caseless(step) for step in self.text.split("/")]
        self._steps = [step for step in steps if step not in ("", ".")]
        self._anchored = self.text.startswith("/")
        if not self._steps or ".." in self._steps:
            msg = f"{text!r} names nothing."
            raise ConfigurationError(msg, cure='Write a name, as in "Taxes" or "**/Medical/**".')
        self._globs = [re.compile(translate(step)) for step in self._steps]

    def covers(self, names: Sequence[str]) -> bool:
        """Say whether it fits somewhere in a chain of names, from the outside in."""
        return self._run([caseless(name) for name in names])

    def fits(self, name: str) -> bool:
        """Say whether a single name is meant; of an entry of several names, the last counts."""
        return self._fits(len(self._steps) - 1, caseless(name))

    def _run(self, names: Iterable[str]) -> bool:
        """Follow all ways at once of laying the steps on the names."""
        end = len(self._steps)
        open_ways = self._past_deep({0})  # how many steps each of them has behind it
        for name in names:
            if end in open_ways:
                return True
            moved = {way for way in open_ways if self._steps[way] == _DEEP}
            moved |= {way + 1 for way in open_ways if self._fits(way, name)}
            open_ways = self._past_deep(moved if self._anchored else moved | {0})
        return end in open_ways

    def _past_deep(self, ways: set[int]) -> set[int]:
        """Add the ways on which ``**`` stands for nothing more."""
        for way in range(len(self._steps)):
            if way in ways and self._steps[way] == _DEEP:
                ways.add(way + 1)
        return ways

    def _fits(self, way: int, name: str) -> bool:
        step = self._steps[way]
        if step == _DEEP:
            return False
        return step == name or self._globs[way].match(name) is not None
