"""What judging one photo anew changes; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tagwright.model import Decision, Facts, Outcome
from tagwright.pipeline.exchanging import Exchange
from tagwright.pipeline.judging import Judgement
from tagwright.pipeline.photo import Known
from tagwright.taxonomy import Taxonomy

Path = tuple[str, ...]
Stored = Mapping[str, tuple[str, float, str | None]]
"""Decision, confidence and outcome of the suggestions on file, by concept."""

_BY_PERSON = (Outcome.ACCEPTED.value, Outcome.REJECTED.value, Outcome.REFINED.value)


@dataclass(frozen=True, slots=True)
class Difference:
    """Between the tags of ours that stand on a photo and those that should."""

    added: Mapping[str, Path]  # by concept
    withdrawn: Mapping[str, Path]
    kept: Mapping[str, Path]
    renamed: Mapping[str, str]  # concept by which a tag that stays is known: old to new
    outdated: bool  # whether the suggestions on file say something else
    exchange: Exchange  # of captions, ratings and albums

    @property
    def writes(self) -> bool:
        """Whether the photo itself changes."""
        return bool(self.added or self.withdrawn or self.exchange)

    @property
    def anything(self) -> bool:
        """Whether anything changes, be it only what waits for review."""
        return self.writes or self.outdated or bool(self.renamed)


def compare(
    judgement: Judgement,
    taxonomy: Taxonomy,
    known: Known,
    human: Facts,
    stored: Stored,
) -> Difference:
    """Return what a judgement changes.

    Args:
        judgement: What should be.
        taxonomy: The one it was judged by.
        known: What of ours stands on the photo, and what people do not want there.
        human: What stands there by people; that is neither added nor taken.
        stored: The suggestions on file. What a person accepted is not taken back, only moved
            to where the taxonomy has it now.
    """
    standing = known.standing
    change = known.exchange(judgement, human)
    if judgement.left_alone is not None:
        return Difference({}, {}, standing, {}, _is_outdated(judgement, stored), change)
    accepted = {one for one, row in stored.items() if row[2] == Outcome.ACCEPTED.value}
    staying = [c for c in accepted & standing.keys() if c in taxonomy and not taxonomy[c].group]
    wanted = {c: taxonomy.path(c) for c in (*(s.concept for s in judgement.applied), *staying)}
    people = set(human.tags)
    ours = {path: concept for concept, path in standing.items()}
    paths = set(wanted.values())
    added = {c: path for c, path in wanted.items() if path not in people and path not in ours}
    withdrawn = {
        concept: path
        for concept, path in standing.items()
        if path not in paths and (concept in wanted or concept not in accepted)
    }
    kept = {concept: path for concept, path in standing.items() if concept not in withdrawn}
    renamed = {
        ours[path]: concept
        for concept, path in wanted.items()
        if path in ours and ours[path] != concept and concept not in standing
    }
    return Difference(added, withdrawn, kept, renamed, _is_outdated(judgement, stored), change)


def _is_outdated(judgement: Judgement, stored: Stored) -> bool:
    now = {s.concept: (s.decision.value, s.confidence) for s in judgement.suggestions}
    before = {concept: row[:2] for concept, row in stored.items() if row[2] not in _BY_PERSON}
    decided = {concept for concept, row in stored.items() if row[2] in _BY_PERSON}
    return {c: row for c, row in now.items() if c not in decided} != before


def reviewed(judgement: Judgement, stored: Stored) -> int:
    """Return how many suggestions wait for a person, once judged anew."""
    decided = {concept for concept, row in stored.items() if row[2] in _BY_PERSON}
    return sum(
        s.decision is Decision.REVIEW and s.concept not in decided for s in judgement.suggestions
    )
