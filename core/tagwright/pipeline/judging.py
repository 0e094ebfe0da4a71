"""From what taggers said of a photo to what should become of it; asks nobody, touches nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType

from tagwright.mapping import Mapper, MappingOptions, Said
from tagwright.model import (
    Decision,
    Extra,
    ExtraField,
    Facts,
    Observation,
    Suggestion,
    Tag,
)
from tagwright.policy import Firing, Policy, decide
from tagwright.taxonomy import Taxonomy

_NO_ROUTES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Judgement:
    """What should become of one photo."""

    suggestions: tuple[Suggestion, ...]
    unmapped: tuple[Observation, ...]
    fired: tuple[Firing, ...] = ()  # rules of the policy
    left_alone: Firing | None = None  # the rule by which this photo is not to be touched
    extras: tuple[Extra, ...] = ()  # the caption, rating and albums that rules set

    @property
    def applied(self) -> tuple[Suggestion, ...]:
        """What should stand on the photo."""
        return tuple(s for s in self.suggestions if s.decision is Decision.APPLY)


class Judge:
    """Maps and decides under one taxonomy and policy, for tagging and for judging anew alike."""

    def __init__(
        self,
        taxonomy: Taxonomy,
        policy: Policy,
        mapping: MappingOptions | None = None,
        holds: Collection[ExtraField] = frozenset(ExtraField),
    ) -> None:
        """Make it ready; ``holds`` is what the photos' library can hold beside tags."""
        self.taxonomy = taxonomy
        self.policy = policy
        self._holds = holds
        self._mapper = Mapper(taxonomy, mapping or MappingOptions())

    def judge(
        self,
        said: Sequence[Said],
        facts: Facts,
        rejected: Collection[str],
        caption: str | None = None,
        routes: Mapping[str, str] = _NO_ROUTES,
    ) -> Judgement:
        """Return what should become of a photo.

        Args:
            said: What all taggers said of it.
            facts: What is known of it; its tags are those of people, without ours.
            rejected: Concepts that a person does not want on it.
            caption: What a tagger said of it in a sentence.
            routes: Why taggers of a chain were asked, by their names; told with each reason.
        """
        mapped = self._mapper.map(said)
        verdict = decide(
            mapped.candidates,
            self.taxonomy,
            self.policy,
            rejected,
            facts=facts,
            said=said,
            caption=caption,
            holds=self._holds,
        )
        unmapped = tuple(observation for _, observation in mapped.unmapped)
        suggestions = verdict.suggestions
        if routes:
            suggestions = tuple(_routed(one, routes) for one in suggestions)
        return Judgement(suggestions, unmapped, verdict.fired, verdict.left_alone, verdict.extras)

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


def _routed(suggestion: Suggestion, routes: Mapping[str, str]) -> Suggestion:
    if not any(one.tagger in routes for one in suggestion.why):
        return suggestion
    why = (
        replace(one, note="; ".join(filter(None, (one.note, routes.get(one.tagger)))))
        for one in suggestion.why
    )
    return replace(suggestion, why=tuple(why))


def _by(tagger: str, models: Mapping[str, str]) -> str:
    """Name the tagger, and the model behind it where that is not the same."""
    model = models.get(tagger, "")
    return tagger if not model or model in tagger else f"{tagger} ({model})"
