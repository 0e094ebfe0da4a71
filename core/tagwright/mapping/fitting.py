"""Decides which of the concepts that a label finds it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tagwright.mapping.matchers import Match, Matcher
from tagwright.model import Kind
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.languages import canonical, same

_FOREIGN = 0.75  # below the default threshold to apply: "pie" in English is no French magpie


@dataclass(frozen=True, slots=True)
class Fit:
    """A concept that a label means, as far as one can tell."""

    match: Match
    sure: float  # factor on the observation's confidence
    note: str  # what made it less sure
    ambiguous: bool  # others fit equally well


class Fitter:
    """Tries one matcher after the other until one finds concepts that take the kind.

    Of several concepts those win that ask for the kind by name, then those whose label is in the
    tagger's language (the taxonomy's, where the tagger does not say), then those whose preferred
    label it is. Those that are still equal are all returned, as ambiguous.
    """

    def __init__(self, taxonomy: Taxonomy, matchers: Sequence[Matcher]) -> None:
        self._taxonomy = taxonomy
        self._matchers = matchers

    def fit(self, label: str, kind: Kind, language: str | None) -> tuple[Fit, ...]:
        """Return what a label of a kind means; ``language`` is the tagger's, None if unknown."""
        spoken = canonical(language) if language else None
        for matcher in self._matchers:
            if ranked := self._ranked(matcher(label), kind, spoken):
                best = max(ranked)
                return self._fits(ranked[best], spoken)
        return ()

    def _ranked(
        self, matches: Sequence[Match], kind: Kind, spoken: str | None
    ) -> dict[tuple[bool, bool, bool], list[Match]]:
        ranked: dict[tuple[bool, bool, bool], list[Match]] = {}
        for match in matches:
            kinds = self._taxonomy.kinds(match.concept)
            if kind in kinds or (not kinds and kind is not Kind.TEXT):
                native = same(match.language, spoken or self._taxonomy.language)
                rank = (bool(kinds), native, match.preferred)
                ranked.setdefault(rank, []).append(match)
        return ranked

    def _fits(self, matches: list[Match], spoken: str | None) -> tuple[Fit, ...]:
        by_concept: dict[str, Match] = {}
        for match in matches:
            by_concept.setdefault(match.concept, match)
        ambiguous = len(by_concept) > 1
        paths = (" > ".join(self._taxonomy.path(concept)) for concept in by_concept)
        equal = f"fits equally: {', '.join(paths)}" if ambiguous else ""
        return tuple(self._fit(match, spoken, equal) for match in by_concept.values())

    def _fit(self, match: Match, spoken: str | None, equal: str) -> Fit:
        sure, notes = match.sure, [equal]
        if spoken and not same(match.language, spoken):
            sure *= _FOREIGN
            notes.append(f"the label is {match.language!r}, the tagger speaks {spoken!r}")
        return Fit(match, sure, "; ".join(filter(None, notes)), bool(equal))
