"""Carries out rules on a photo, each at most once and in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tagwright.model import Decision, Observation, Why
from tagwright.policy.branches import Branches
from tagwright.policy.cases import WEIGHT, Case
from tagwright.policy.circumstances import Circumstances, Ground, Photo
from tagwright.policy.exclusion import exclude
from tagwright.policy.extras import Extras
from tagwright.policy.presence import Presence
from tagwright.policy.rules import Rule
from tagwright.policy.thresholds import Thresholds
from tagwright.policy.verdict import Firing


@dataclass(slots=True)
class Ceiling:
    """The most that a rule lets become of a branch (None: of everything)."""

    branch: str | None
    decision: Decision
    rule: Firing


@dataclass(slots=True)
class Ruling:
    """What rules did to a photo."""

    extras: Extras
    fired: list[Firing] = field(default_factory=list)
    ceilings: list[Ceiling] = field(default_factory=list)
    left_alone: Firing | None = None

    def ceiling(self, branches: frozenset[str]) -> Ceiling | None:
        """Return the lowest one over a concept, the first of equals."""
        over = [one for one in self.ceilings if one.branch is None or one.branch in branches]
        return min(over, key=lambda one: WEIGHT[one.decision], default=None)


class Rules:
    """The rules of one policy, ready for the concepts of one taxonomy."""

    def __init__(self, rules: Iterable[Rule], thresholds: Thresholds, branches: Branches) -> None:
        self._branches = branches
        self._rules = [(rule, Circumstances(rule.when, thresholds)) for rule in rules]

    def carry_out(
        self, cases: dict[str, Case], photo: Photo, allowed: Callable[[str], bool]
    ) -> Ruling:
        """Change ``cases`` as the rules say; a rule may fire on what another one added.

        Rules are tried in their order, again and again until none fires; each fires once at most,
        so that comes to an end. What rules see is what would stand if there were no more of them,
        limits apart. The most careful rule has its way: what one drops, none can add.

        Args:
            cases: All concepts of the photo as thresholds leave them.
            photo: What else is known of it.
            allowed: Says whether a rule may add a concept.
        """
        ruling = Ruling(Extras(photo))
        waiting = [
            (rule, ground)
            for rule, circumstances in self._rules
            if (ground := circumstances.hold(photo)) is not None
        ]
        seen: Presence | None = None
        quiet = False
        while not quiet:
            quiet = True
            for entry in list(waiting):
                rule, ground = entry
                seen = seen or self._look(cases, photo)
                if (concepts := seen.meets(rule.when)) is None:
                    continue
                waiting.remove(entry)
                self._fire(rule, ground + concepts, cases, ruling, allowed)
                if ruling.left_alone is not None:
                    return ruling
                seen, quiet = None, False
        return ruling

    def _look(self, cases: dict[str, Case], photo: Photo) -> Presence:
        people = self._branches.sides_of(photo.tagged)
        changed = exclude(cases.values(), people, self._branches)
        return Presence(cases.values(), changed, photo.tagged, self._branches)

    def _fire(
        self,
        rule: Rule,
        ground: Ground,
        cases: dict[str, Case],
        ruling: Ruling,
        allowed: Callable[[str], bool],
    ) -> None:
        then = rule.then
        notes = ruling.extras.take(rule.name, then, ground.decision)
        firing = Firing(rule.name, ground.text, notes)
        ruling.fired.append(firing)
        if then.leave_alone:
            ruling.left_alone = firing
        for concept in then.add:
            if allowed(concept):
                self._add(concept, firing, ground, cases)
        ruling.ceilings += [Ceiling(one, Decision.DROP, firing) for one in then.drop]
        ruling.ceilings += [Ceiling(one, Decision.REVIEW, firing) for one in then.review]
        if then.review_all:
            ruling.ceilings.append(Ceiling(None, Decision.REVIEW, firing))
        for case in cases.values():
            self._lower(case, ruling)

    def _add(self, concept: str, firing: Firing, ground: Ground, cases: dict[str, Case]) -> None:
        before = cases.get(concept)
        if before is not None and _stands(before, ground):
            return
        seen = Observation(firing.rule, ground.sure, how=firing.because)
        label = self._branches.taxonomy.label(concept)
        why = Why(seen, f"rule:{firing.rule}", "added", label, str(firing))
        note = "by rule: applied" if ground.decision is Decision.APPLY else "by rule: for review"
        others = before.why if before else ()
        cases[concept] = Case(
            concept, ground.sure, ground.sure, (why, *others), ground.decision, note
        )

    def _lower(self, case: Case, ruling: Ruling) -> None:
        ceiling = ruling.ceiling(self._branches.of(case.concept))
        if ceiling is None or WEIGHT[case.decision] <= WEIGHT[ceiling.decision]:
            return
        verb = "for review" if ceiling.decision is Decision.REVIEW else "dropped"
        case.settle(ceiling.decision, f"{verb} by {ceiling.rule}")


def _stands(before: Case, ground: Ground) -> bool:
    """Say whether a rule would make a concept no surer than it is."""
    weight = WEIGHT[before.decision], before.sure
    return weight >= (WEIGHT[ground.decision], ground.sure)
