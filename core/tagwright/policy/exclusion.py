"""Of mutually exclusive concepts only one is true of a photo: the surer."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TypeAlias

from tagwright.model import Decision
from tagwright.policy.branches import Branches, Sides, exclude_each_other
from tagwright.policy.cases import Case

Changed: TypeAlias = dict[str, tuple[Decision, str]]
"""New decisions with their notes, by concept."""


def exclude(cases: Iterable[Case], people: Sides, branches: Branches) -> Changed:
    """Return what changes because concepts exclude each other; the cases stay as they are.

    What a person tagged is surest. What is excluded by something that is written is dropped; where
    two are equally sure, or the surer one only waits for review, nothing is written.

    Args:
        cases: All concepts of one photo.
        people: The sides on which the photo is by the tags that people gave it.
        branches: Of the taxonomy.
    """
    if not branches.has_exclusive:
        return {}
    contenders = [
        one for one in cases if one.decision is not Decision.DROP and branches.sides(one.concept)
    ]
    contenders.sort(key=lambda one: (-one.sure, one.concept))
    return _Contest(people, branches).decide(contenders)


class _Contest:
    def __init__(self, people: Sides, branches: Branches) -> None:
        self._people = people
        self._branches = branches
        self._changed: Changed = {}
        self._winners: list[Case] = []

    def decide(self, contenders: list[Case]) -> Changed:
        for _, equally in groupby(contenders, key=lambda one: one.sure):
            left = [one for one in equally if not self._beaten(one)]
            for one in left:
                self._tie(one, left)
            self._winners += left
        return self._changed

    def _beaten(self, one: Case) -> bool:
        """Say whether something surer excludes it, and note what follows from that."""
        if exclude_each_other(self._branches.sides(one.concept), self._people):
            note = "is excluded by what a person tagged: dropped"
            self._changed[one.concept] = (Decision.DROP, note)
            return True
        against = [winner for winner in self._winners if self._exclude(one, winner)]
        for winner in against:
            if self._decision(winner) is Decision.APPLY:
                note = f"is excluded by {self._title(winner)}, which is surer: dropped"
                self._changed[one.concept] = (Decision.DROP, note)
                return True
        if against:
            note = f"may be excluded by {self._title(against[0])}, which is surer: for review"
            self._changed[one.concept] = (Decision.REVIEW, note)
        return bool(against)

    def _tie(self, one: Case, others: list[Case]) -> None:
        rival = next((other for other in others if self._exclude(one, other)), None)
        if rival is not None:
            note = f"is as sure as {self._title(rival)}, which excludes it: for review"
            self._changed[one.concept] = (Decision.REVIEW, note)

    def _exclude(self, one: Case, other: Case) -> bool:
        sides = self._branches.sides
        return exclude_each_other(sides(one.concept), sides(other.concept))

    def _decision(self, one: Case) -> Decision:
        return self._changed.get(one.concept, (one.decision, ""))[0]

    def _title(self, one: Case) -> str:
        return f"{self._branches.title(one.concept)} ({one.sure:.2f})"
