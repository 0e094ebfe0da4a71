"""From what taggers said of a photo to what should become of it; asks nobody, touches nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tagwright.mapping import Mapper, Said
from tagwright.model import Decision, Facts, Observation, Suggestion, Tag
from tagwright.policy import Policy, decide
from tagwright.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Judgement:
    """What should become of one photo."""

    suggestions: tuple[Suggestion, ...]
    unmapped: tuple[Observation, ...]

    @property
    def applied(self) -> tuple[Suggestion, ...]:
        """What should stand on the photo."""
        return tuple(s for s in self.suggestions if s.decision is Decision.APPLY)


class Judge:
    """Maps and decides under one taxonomy and policy, for tagging and for judging anew alike."""

    def __init__(self, taxonomy: Taxonomy, policy: Policy) -> None:
        self.taxonomy = taxonomy
        self.policy = policy
        self._mapper = Mapper(taxonomy)

    def judge(
        self,
        said: Sequence[Said],
        facts: Facts,  # noqa: ARG002 - for rules, which come with the policy
        rejected: Collection[str],
    ) -> Judgement:
        """Return what should become of a photo.

        Args:
            said: What all taggers said of it.
            facts: What is known of it; its tags are those of people, without ours.
            rejected: Concepts that a person does not want on it.
        """
        mapped = self._mapper.map(said)
        found = decide(mapped.candidates, self.taxonomy, self.policy, rejected)
        return Judgement(tuple(found), tuple(observation for _, observation in mapped.unmapped))

    def tags(self, judgement: Judgement, models: Mapping[str, str], run_id: str) -> tuple[Tag, ...]:
        """Return the tags that a judgement applies, with their origin."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return tuple(
            Tag(
                s.concept,
                self.taxonomy.path(s.concept),
                round(s.confidence, 3),
                _by(s.why[0].tagger, models),
                run_id,
                now,
            )
            for s in judgement.applied
        )


def _by(tagger: str, models: Mapping[str, str]) -> str:
    """Name the tagger, and the model behind it where that is not the same."""
    model = models.get(tagger, "")
    return tagger if not model or model in tagger else f"{tagger} ({model})"
