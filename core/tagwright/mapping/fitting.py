"""Decides which of the concepts that a label finds it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tagwright.mapping.matching import Match, Matcher, Term, primary
from tagwright.mapping.senses import Senses
from tagwright.model import Kind
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.languages import canonical, same

_CHOSEN = frozenset(
    {"path", "qualified", "kind of", "spelling", "embedding"}
)  # say what they mean, or doubt
_LOANED = 2  # languages that have a word from another
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

    A kind that a closed branch names goes nowhere else.
    """

    def __init__(
        self, taxonomy: Taxonomy, matchers: Sequence[Matcher], senses: Senses, kinds: Matcher
    ) -> None:
        """``kinds`` finds what else a doubtful word may mean."""
        self._taxonomy = taxonomy
        self._senses = senses
        self._kinds = kinds
        self._matchers = matchers
        self._closed = _closed(taxonomy)

    def fit(self, label: str, kind: Kind, language: str | None) -> tuple[Fit, ...]:
        """Return what a label of a kind means; ``language`` is the tagger's, None if unknown."""
        spoken = canonical(language) if language else None
        term = Term(label, kind, spoken)
        for matcher in self._matchers:
            matches = matcher(term)
            whole = [match for match in matches if match.kind is None]
            if fits := self._best(whole, kind, spoken):
                if len(fits) == 1 and (doubt := self._doubt(fits[0], label, kind)):
                    fits = _doubted(fits[0], self._others(fits[0], term), doubt)
                return (*fits, *self._parts(matches, spoken))
        return ()

    def _doubt(self, fit: Fit, label: str, kind: Kind) -> str:
        """Return why what was said may mean something that the concept is not, or ""."""
        match = fit.match
        if match.how in _CHOSEN:
            return ""
        if primary(match.language) != "en":
            return self._senses.doubt_kind(match.concept, kind)
        if match.how != "head of the phrase":
            return self._senses.doubt(match.concept, label, kind)
        return self._senses.doubt_head(match.concept, match.label, label, kind)

    def _others(self, fit: Fit, term: Term) -> tuple[Fit, ...]:
        """Return what else a doubtful word may mean."""
        concept = fit.match.concept
        others = [match for match in self._kinds(term) if match.concept != concept]
        return self._best(others, term.kind, term.language)

    def _parts(self, matches: Sequence[Match], spoken: str | None) -> Iterator[Fit]:
        """Yield what parts of the label are about that are of another kind than the whole."""
        for kind in sorted({match.kind for match in matches if match.kind is not None}):
            named = [
                match
                for match in matches
                if match.kind is kind and kind in self._taxonomy.kinds(match.concept)
            ]
            for label in sorted({match.label for match in named}):
                yield from self._best([m for m in named if m.label == label], kind, spoken)

    def _best(self, matches: Sequence[Match], kind: Kind, spoken: str | None) -> tuple[Fit, ...]:
        ranked = self._ranked(matches, kind, spoken)
        if not ranked:
            return ()
        best = ranked.pop(max(ranked))
        rest = [match for some in ranked.values() for match in some]
        return self._fits([*best, *_loans(best, rest, spoken)], spoken)

    def _ranked(
        self, matches: Sequence[Match], kind: Kind, spoken: str | None
    ) -> dict[tuple[bool, bool, bool], list[Match]]:
        ranked: dict[tuple[bool, bool, bool], list[Match]] = {}
        closed = self._closed.get(kind)
        for match in matches:
            kinds = self._taxonomy.kinds(match.concept)
            if closed is not None and match.concept not in closed:
                continue
            if kind in kinds or (not kinds and kind is not Kind.TEXT):
                native = same(match.language, spoken or self._taxonomy.language)
                rank = (bool(kinds), native, match.preferred)
                ranked.setdefault(rank, []).append(match)
        return ranked

    def _fits(self, matches: list[Match], spoken: str | None) -> tuple[Fit, ...]:
        by_concept: dict[str, Match] = {}
        # The order of the file must not decide which label is named.
        for match in sorted(matches, key=_order) if len(matches) > 1 else matches:
            by_concept.setdefault(match.concept, match)
        ambiguous = len(by_concept) > 1
        paths = sorted(" > ".join(self._taxonomy.path(concept)) for concept in by_concept)
        equal = f"fits equally: {', '.join(paths)}" if ambiguous else ""
        return tuple(self._fit(match, spoken, equal) for match in by_concept.values())

    def _fit(self, match: Match, spoken: str | None, equal: str) -> Fit:
        sure, notes = match.sure, [match.note, equal]
        if spoken and not same(match.language, spoken):
            sure *= _FOREIGN
            notes.append(f"the label is {match.language!r}, the tagger speaks {spoken!r}")
        return Fit(match, sure, "; ".join(filter(None, notes)), bool(equal))


def _doubted(fit: Fit, others: Sequence[Fit], doubt: str) -> tuple[Fit, ...]:
    return tuple(
        replace(one, note="; ".join(filter(None, (one.note, doubt))), ambiguous=True)
        for one in (fit, *others)
    )


def _loans(best: Sequence[Match], rest: Sequence[Match], spoken: str | None) -> list[Match]:
    """Return matches of a word that several other languages have in another meaning.

    They borrowed it with that meaning: the French "café" is what English and German mean, too.
    """
    if spoken is None:
        return []
    taken = {match.concept for match in best}
    foreign = [one for one in rest if one.concept not in taken and not same(one.language, spoken)]
    languages: dict[str, set[str]] = {}
    for match in foreign:
        languages.setdefault(match.concept, set()).add(primary(match.language))
    return [match for match in foreign if len(languages[match.concept]) >= _LOANED]


def _order(match: Match) -> tuple[object, ...]:
    return match.concept, -match.sure, match.how, match.label, match.language


def _closed(taxonomy: Taxonomy) -> dict[Kind, set[str]]:
    """Return, for each kind that closed branches name, the concepts in them."""
    found: dict[Kind, set[str]] = {}
    branches = {concept.id for concept in taxonomy if concept.closed}
    for concept in taxonomy if branches else ():
        for branch in branches & {concept.id, *taxonomy.ancestors(concept.id)}:
            for kind in taxonomy.kinds(branch):
                found.setdefault(kind, set()).add(concept.id)
    return found
