"""Labels with broader ones before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tagwright.mapping.matching import LabelIndex, Match, Term
from tagwright.taxonomy import Taxonomy

_STEP = re.compile(r"\s*[/|>\u203a\u2192]\s*")
_MOST_STEPS = 8


class PathMatcher:
    """Finds concepts by labels with broader ones before them: "Places/Paris", "animal > cat".

    Steps of the hierarchy may be left out, but each that is named must be there: "Texas/Paris" is
    never the one in France. Two names of one concept are a path too: "sofa/couch".
    """

    def __init__(self, taxonomy: Taxonomy, index: LabelIndex) -> None:
        self._taxonomy = taxonomy
        self._index = index

    def __call__(self, term: Term) -> tuple[Match, ...]:
        """Return every concept whose label is the last step, below concepts of the others."""
        steps = [step for step in _STEP.split(term.label) if step]
        if not 2 <= len(steps) <= _MOST_STEPS:
            return ()
        return tuple(self._below(steps))

    def _below(self, steps: list[str]) -> Iterator[Match]:
        above = [{match.concept for match in self._index.find(step)} for step in steps[:-1]]
        for match in self._index.tags(steps[-1]):
            lineage = {match.concept, *self._taxonomy.ancestors(match.concept)}
            if all(lineage & concepts for concepts in above):
                path = " > ".join(self._taxonomy.path(match.concept))
                yield Match(match.concept, path, match.language, "path", match.preferred)
