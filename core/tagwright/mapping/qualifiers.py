"""Labels with a qualifier that tells homonyms apart: "Drill (Tool)", "church/indoor"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tagwright.mapping.language import nouns
from tagwright.mapping.matching import DOUBTFUL, SAFE, Match, Matcher, Term
from tagwright.mapping.senses import Senses, known

_QUALIFIED = re.compile(r"\s*([^()/]+?)\s*(?:\(([^()]+)\)|/([^()/]+))\s*")


class QualifierMatcher:
    """Finds the concept of what stands before a qualifier in brackets or after a slash.

    Sure where it names what the concept's meaning is a kind of, and in doubt where it says
    something else of it: the concept may be another one of that name.
    """

    def __init__(self, senses: Senses, matchers: Sequence[Matcher]) -> None:
        """``matchers`` are those for what stands before it, tried in order."""
        self._senses = senses
        self._matchers = matchers

    def __call__(self, term: Term) -> tuple[Match, ...]:
        """Return the concepts of the label without its qualifier."""
        if (found := _QUALIFIED.fullmatch(term.label)) is None:
            return ()
        label, *qualifiers = found.groups()
        bare = replace(term, label=label)
        for matcher in self._matchers:
            if matches := matcher(bare):
                return tuple(self._qualified(matches, label, qualifiers[0] or qualifiers[1]))
        return ()

    def _qualified(self, matches: Sequence[Match], label: str, qualifier: str) -> Iterator[Match]:
        kinds = {use.meaning for use in nouns.uses(known(qualifier))}
        for match in matches:
            own = self._senses.own(match.concept, known(label))
            fits = any(kinds & nouns.above(one).keys() for one in own)
            sure = min(match.sure, SAFE if fits else DOUBTFUL)
            note = f"{label!r} with {qualifier!r} said of it, which counts {sure:g}"
            yield replace(match, how="qualified", sure=sure, note=note)
