"""How many tags a photo gets, and which broader ones with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from tagwright.model import Decision
from tagwright.policy.branches import Branches, Sides, exclude_each_other
from tagwright.policy.cases import Case
from tagwright.policy.model import Policy


class Limiter:
    """Keeps to the limits of one policy."""

    def __init__(self, policy: Policy, branches: Branches) -> None:
        self._policy = policy
        self._branches = branches
        self._limits = {
            concept: bounds.max_tags
            for concept, bounds in policy.concepts.items()
            if bounds.max_tags is not None
        }

    def limit(self, cases: dict[str, Case], people: Sides, allowed: Callable[[str], bool]) -> None:
        """Settle what is written: the surest narrower concepts, and what goes with them.

        Args:
            cases: By concept; broader ones are added where whole paths are written.
            people: The sides on which the photo is by the tags that people gave it.
            allowed: Says whether a concept may be written at all.
        """
        sure = [one for one in cases.values() if one.decision is Decision.APPLY]
        sure.sort(key=lambda one: one.rank)
        above = {broader for one in sure for broader in self._branches.above(one.concept)}
        applied = self._surest([one for one in sure if one.concept not in above])
        implied: dict[str, Case] = {}
        for one in applied:
            for broader in self._branches.above(one.concept):
                implied.setdefault(broader, one)
        for one in sure:
            if one.concept in above and one.concept not in implied:
                one.settle(Decision.REVIEW, self._beyond(self._policy.max_tags))
        if self._policy.write == "path":
            for concept in self._path(implied, applied, people):
                if allowed(concept):
                    cases[concept] = self._with(implied[concept], concept, cases.get(concept))
        else:
            self._leave_out(cases, implied)

    def _surest(self, leaves: list[Case]) -> list[Case]:
        applied: list[Case] = []
        taken: Counter[str] = Counter()
        for one in leaves:
            branches = [
                branch for branch in self._branches.of(one.concept) if branch in self._limits
            ]
            full = [branch for branch in branches if taken[branch] >= self._limits[branch]]
            if len(applied) >= self._policy.max_tags:
                one.settle(Decision.REVIEW, self._beyond(self._policy.max_tags))
            elif full:
                of = f" of {self._branches.title(min(full))}"
                one.settle(Decision.REVIEW, self._beyond(self._limits[min(full)], of))
            else:
                applied.append(one)
                taken.update(branches)
        return applied

    def _leave_out(self, cases: Mapping[str, Case], implied: Mapping[str, Case]) -> None:
        for concept in implied.keys() & cases.keys():
            narrower = self._branches.title(implied[concept].concept)
            cases[concept].settle(Decision.DROP, f"goes without saying with {narrower}: dropped")

    def _path(
        self, implied: Mapping[str, Case], applied: Iterable[Case], people: Sides
    ) -> Iterator[str]:
        """Yield broader concepts, without those that exclude something else that is written."""
        sides = self._branches.sides
        standing = [people, *(sides(one.concept) for one in applied)]
        for concept in sorted(implied):
            own = sides(concept) if self._branches.has_exclusive else {}
            if not any(exclude_each_other(own, other) for other in standing):
                standing.append(own)
                yield concept

    def _with(self, narrower: Case, concept: str, before: Case | None) -> Case:
        title = f"broader of {self._branches.title(narrower.concept)}"
        label = self._branches.taxonomy.label(concept)
        why = replace(narrower.why[0], match="broader concept", matched=label, note=title)
        others = before.why if before else ()
        sure = narrower.unambiguous
        return Case(concept, sure, sure, (why, *others), Decision.APPLY, "goes with it: applied")

    @staticmethod
    def _beyond(most: int, of: str = "") -> str:
        return f"is beyond the {most} surest{of}: for review"
