"""Maps the observations of a photo to concepts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from tagwright.mapping.candidates import MappingResult, Reason, Said, gather, said_rank
from tagwright.mapping.compounds import CompoundMatcher
from tagwright.mapping.context import Context
from tagwright.mapping.embedding import EmbeddingMatcher
from tagwright.mapping.exact import ExactMatcher
from tagwright.mapping.fitting import Fit, Fitter
from tagwright.mapping.hypernyms import HypernymMatcher
from tagwright.mapping.inflection import Forms, InflectionMatcher
from tagwright.mapping.matching import DOUBTFUL, LabelIndex, Match, Matcher
from tagwright.mapping.options import MappingOptions
from tagwright.mapping.paths import PathMatcher
from tagwright.mapping.qualifiers import QualifierMatcher
from tagwright.mapping.rules import RuleBook
from tagwright.mapping.senses import Senses
from tagwright.mapping.spelling import SpellingMatcher
from tagwright.model import Observation, Why
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.labels import LONGEST, printable

_MOST_SYNONYMS = 20
_LONGEST_HOW = 500  # characters
_REMEMBERED = 20_000  # labels
_BY_DEFAULT = MappingOptions()


class _Lead(NamedTuple):  # made for every observation, in half the time of a frozen dataclass
    """What one observation leads to."""

    tagger: str
    seen: Observation
    fits: tuple[Fit, ...]
    synonym: str = ""  # that led there, where the label itself did not


class Mapper:
    """Maps observations to the concepts of one taxonomy, and to nothing outside it.

    The user's rules count first; then an identifier that a tagger chose among offered concepts,
    whatever its kind; then its label; then the first of its synonyms that means anything.
    """

    def __init__(self, taxonomy: Taxonomy, options: MappingOptions = _BY_DEFAULT) -> None:
        """Make a mapper.

        Raises:
            ConfigurationError: a rule names a concept that is not there.
        """
        self._taxonomy = taxonomy
        index = LabelIndex(taxonomy)
        self._rules = RuleBook(taxonomy, options.rules)
        self._has_rules = bool(self._rules)
        self._rule = lru_cache(_REMEMBERED)(self._rules.find)
        self._context = Context(taxonomy)
        self._fit = lru_cache(_REMEMBERED)(_fitter(taxonomy, index, options).fit)

    def map(self, said: Sequence[Said]) -> MappingResult:
        """Return candidates and what is unmapped; the order of observations does not matter.

        Args:
            said: Pairs of a tagger's name and what it observed, all of one photo.
        """
        leads = [lead for tagger, seen in said if (lead := self._lead(tagger, _bounded(seen)))]
        unmapped = {(lead.tagger, lead.seen) for lead in leads if not lead.fits}
        found: Iterable[tuple[str, Reason]]
        reasons: dict[str, list[Reason]] = {}
        sure: dict[str, float] | None = None
        for lead in leads:
            if lead.fits and lead.fits[0].ambiguous:
                sure = _sure(leads) if sure is None else sure
                found = self._decided(lead, sure)
            else:
                found = _reasons(lead)
            for concept, reason in found:
                reasons.setdefault(concept, []).append(reason)
        candidates = [gather(concept, some) for concept, some in reasons.items()]
        candidates.sort(key=lambda one: (-one.confidence, one.concept))
        return MappingResult(tuple(candidates), tuple(sorted(unmapped, key=said_rank)))

    def _lead(self, tagger: str, seen: Observation) -> _Lead | None:
        """Return where an observation leads; None where a rule says to ignore it."""
        if self._has_rules:
            fits, match = self._rule(tagger, seen.label, seen.kind)
            if fits:
                return _Lead(tagger, seen, (_as_said(match),)) if match else None
        chosen = seen.concept
        if chosen is not None and chosen in self._taxonomy and not self._taxonomy[chosen].group:
            label, language = self._taxonomy.label(chosen), self._taxonomy.language
            match = Match(chosen, label, language, "offered concept", preferred=True)
            return _Lead(tagger, seen, (_as_said(match),))
        if found := self._fit(seen.label, seen.kind, seen.language):
            return _Lead(tagger, seen, found)
        for synonym in seen.synonyms:
            if found := self._fit(synonym, seen.kind, seen.language):
                return _Lead(tagger, seen, found, synonym)
        return _Lead(tagger, seen, ())

    def _decided(self, lead: _Lead, sure: dict[str, float]) -> Iterator[tuple[str, Reason]]:
        """Yield what an ambiguous label leads to, the one that is meant if the rest tells."""
        equal = [fit for fit in lead.fits if fit.ambiguous]
        verdict = self._context.decide(equal, {**self._synonyms(lead.seen), **sure})
        if verdict is None:
            yield from _reasons(lead)
            return
        meant, most, why = verdict
        note = "; ".join(filter(None, (meant.note, why)))
        fits = (replace(meant, note=note, ambiguous=False), *lead.fits[len(equal) :])
        for concept, reason in _reasons(lead._replace(fits=fits)):
            limit = most if concept == meant.match.concept else 1.0
            yield concept, replace(reason, confidence=min(reason.confidence, limit))

    def _synonyms(self, seen: Observation) -> dict[str, float]:
        """Return the concepts that the observation's synonyms leave no doubt of."""
        fits = [self._fit(synonym, seen.kind, seen.language) for synonym in seen.synonyms]
        return {
            fit.match.concept: seen.confidence * fit.sure
            for some in fits
            for fit in some
            if not fit.ambiguous
        }


def _fitter(taxonomy: Taxonomy, index: LabelIndex, options: MappingOptions) -> Fitter:
    forms, senses = Forms(index), Senses(taxonomy)
    exact, inflected = ExactMatcher(index), InflectionMatcher(forms)
    kinds = HypernymMatcher(index, forms, senses)
    matchers: list[Matcher] = [
        exact,
        PathMatcher(taxonomy, index),
        QualifierMatcher(senses, (exact, inflected, kinds)),
        inflected,
        CompoundMatcher(index, forms),
        kinds,
        SpellingMatcher(index),
    ]
    if options.embedder is not None:
        threshold, cache = options.threshold, options.cache
        matchers.append(EmbeddingMatcher(taxonomy, index, options.embedder, threshold, cache))
    return Fitter(taxonomy, matchers, senses, kinds)


def _as_said(match: Match) -> Fit:
    return Fit(match, match.sure, match.note, ambiguous=False)


def _sure(leads: Sequence[_Lead]) -> dict[str, float]:
    """Return the concepts that labels leave no doubt of, each with its highest confidence."""
    found: dict[str, float] = {}
    for lead in leads:
        for concept, reason in _reasons(lead):
            if not reason.ambiguous:
                found[concept] = max(found.get(concept, 0.0), reason.confidence)
    return found


def _reasons(lead: _Lead) -> list[tuple[str, Reason]]:
    if lead.synonym:
        return [_by_synonym(lead, fit) for fit in lead.fits]
    seen, tagger, sure = lead.seen, lead.tagger, lead.seen.confidence
    return [
        (
            fit.match.concept,
            Reason(
                sure * fit.sure,
                fit.ambiguous,
                Why(seen, tagger, fit.match.how, fit.match.label, fit.note),
            ),
        )
        for fit in lead.fits
    ]


def _by_synonym(lead: _Lead, fit: Fit) -> tuple[str, Reason]:
    doubt = f"by the tagger's synonym {lead.synonym!r}, which counts {DOUBTFUL:g}"
    note = f"{doubt}; {fit.note}" if fit.note else doubt
    why = Why(lead.seen, lead.tagger, f"synonym, {fit.match.how}", fit.match.label, note)
    confidence = lead.seen.confidence * fit.sure * DOUBTFUL
    return fit.match.concept, Reason(confidence, fit.ambiguous, why)


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
