"""Which concepts a photo has, as rules see it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tagwright.model import Decision
from tagwright.policy.branches import Branches
from tagwright.policy.cases import Case
from tagwright.policy.circumstances import CERTAIN, Ground, farthest, is_one_of
from tagwright.policy.exclusion import Changed
from tagwright.policy.rules import When


class Presence:
    """What would be written, what would wait for review, and what people tagged."""

    def __init__(
        self,
        cases: Iterable[Case],
        changed: Changed,
        tagged: Collection[str],
        branches: Branches,
    ) -> None:
        self._branches = branches
        self._cases: dict[str, list[tuple[Decision, Case]]] = {}  # by each branch they lie in
        self._tagged: dict[str, list[str]] = {}
        for one in cases:
            decision = changed.get(one.concept, (one.decision,))[0]
            if decision is not Decision.DROP:
                for branch in branches.of(one.concept):
                    self._cases.setdefault(branch, []).append((decision, one))
        for concept in sorted(tagged):
            for branch in branches.of(concept):
                self._tagged.setdefault(branch, []).append(concept)

    def meets(self, when: When) -> Ground | None:
        """Return by which concepts the conditions on concepts hold, or None if they do not."""
        if any(self._find(one, ()) for one in when.none):
            return None
        together = CERTAIN
        for one in when.all:
            found = self._find(one, when.taggers)
            if found is None:
                return None
            together += found
        if when.any:
            found = farthest(self._find(one, when.taggers) for one in when.any)
            return None if found is None else together + found
        return together

    def _find(self, branch: str, taggers: tuple[str, ...]) -> Ground | None:
        """Return the surest concept of a branch, of those that these taggers (or any) saw."""
        title = self._branches.title
        found = [
            Ground(decision, one.sure, title(one.concept))
            for decision, one in self._cases.get(branch, ())
            if _is_seen(one, taggers)
        ]
        if not taggers:
            found += [
                Ground(Decision.APPLY, 1.0, f"{title(one)}, by a person")
                for one in self._tagged.get(branch, ())
            ]
        return farthest(found)


def _is_seen(case: Case, taggers: tuple[str, ...]) -> bool:
    return not taggers or any(is_one_of(why.tagger, taggers) for why in case.why)
