"""Maps the observations of a photo to concepts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from tagwright.mapping.candidates import MappingResult, Reason, Said, gather, said_rank
from tagwright.mapping.fitting import Fit, Fitter
from tagwright.mapping.matchers import ExactMatcher, LabelIndex, PathMatcher
from tagwright.model import Observation, Why
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.labels import LONGEST, printable

_SYNONYM = 0.75  # below the default threshold to apply: a tagger's synonym is worth a question
_MOST_SYNONYMS = 20
_LONGEST_HOW = 500  # characters
_REMEMBERED = 20_000  # labels


class Mapper:
    """Maps observations to the concepts of one taxonomy, and to nothing outside it.

    An identifier that a tagger chose among offered concepts counts first, whatever its kind; then
    its label; then the first of its synonyms that means anything, with less confidence.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        index = LabelIndex(taxonomy)
        fitter = Fitter(taxonomy, (ExactMatcher(taxonomy, index), PathMatcher(taxonomy, index)))
        self._fit = lru_cache(_REMEMBERED)(fitter.fit)

    def map(self, said: Sequence[Said]) -> MappingResult:
        """Return candidates and what is unmapped; the order of observations does not matter.

        Args:
            said: Pairs of a tagger's name and what it observed, all of one photo.
        """
        reasons: dict[str, list[Reason]] = {}
        unmapped: set[Said] = set()
        for tagger, seen in said:
            bounded = _bounded(seen)
            found = False
            for concept, reason in self._reasons(tagger, bounded):
                reasons.setdefault(concept, []).append(reason)
                found = True
            if not found:
                unmapped.add((tagger, bounded))
        candidates = [gather(concept, some) for concept, some in reasons.items()]
        candidates.sort(key=lambda one: (-one.confidence, one.concept))
        return MappingResult(tuple(candidates), tuple(sorted(unmapped, key=said_rank)))

    def _reasons(self, tagger: str, seen: Observation) -> Iterator[tuple[str, Reason]]:
        chosen = seen.concept
        if chosen is not None and chosen in self._taxonomy and not self._taxonomy[chosen].group:
            why = Why(seen, tagger, "offered concept", self._taxonomy.label(chosen))
            yield chosen, Reason(seen.confidence, ambiguous=False, why=why)
            return
        sure, how, doubt = 1.0, "", ""
        fits = self._fit(seen.label, seen.kind, seen.language)
        if not fits:
            fits, synonym = self._fit_synonyms(seen)
            sure, how = _SYNONYM, "synonym, "
            doubt = f"by the tagger's synonym {synonym!r}, which counts {_SYNONYM}"
        for fit in fits:
            note = f"{doubt}; {fit.note}" if doubt and fit.note else doubt or fit.note
            why = Why(seen, tagger, how + fit.match.how, fit.match.label, note)
            confidence = seen.confidence * fit.sure * sure
            yield fit.match.concept, Reason(confidence, fit.ambiguous, why)

    def _fit_synonyms(self, seen: Observation) -> tuple[tuple[Fit, ...], str]:
        for synonym in seen.synonyms:
            if fits := self._fit(synonym, seen.kind, seen.language):
                return fits, synonym
        return (), ""


def _bounded(seen: Observation) -> Observation:
    """Return an observation whose texts are short and free of control characters."""
    texts = (seen.label, seen.how, seen.language or "", seen.concept or "", *seen.synonyms)
    together = "".join(texts)
    if len(together) <= LONGEST and together.isprintable():
        return seen
    return replace(
        seen,
        label=printable(seen.label),
        synonyms=tuple(printable(one) for one in seen.synonyms[:_MOST_SYNONYMS]),
        language=printable(seen.language, 40) if seen.language else None,
        how=printable(seen.how, _LONGEST_HOW),
        concept=printable(seen.concept) if seen.concept else None,
    )
