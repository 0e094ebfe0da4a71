"""The user's own mapping rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tagwright.errors import ConfigurationError, TaxonomyError
from tagwright.mapping.matching import Match
from tagwright.model import Kind
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.labels import LONGEST, fold
from tagwright.taxonomy.naming import Names

_WILD = re.compile(r"([*?])")
_MOST_STARS = 4  # a label with more could keep us busy for long


@dataclass(frozen=True, slots=True)
class MappingRule:
    """What the user wants made of a label: a concept, or nothing at all (``concept`` is None)."""

    label: str  # "*" stands for any text, "?" for any character
    concept: str | None  # identifier, label or path ("Animals > Cat")
    tagger: str | None = None  # only of this one: its name, or what stands before the colon in it
    kind: Kind | None = None  # only of this kind


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    given: MappingRule
    match: Match | None

    def fits(self, tagger: str, label: str, kind: Kind) -> bool:
        given = self.given
        if given.kind not in {None, kind}:
            return False
        if given.tagger not in {None, tagger, tagger.partition(":")[0]}:
            return False
        return self.pattern.fullmatch(label) is not None


class RuleBook:
    """Finds what the user's rules make of a label; the first that fits counts.

    They are asked before anything else, so that a rule can correct what a label would find by
    itself. Kinds do not bind them. They must never lead out of the taxonomy, nor to a group.
    """

    def __init__(self, taxonomy: Taxonomy, rules: Sequence[MappingRule] = ()) -> None:
        """Make rules of what the user wrote.

        Raises:
            ConfigurationError: a concept is not there, is a group or could be several.
        """
        self._taxonomy = taxonomy
        self._names: Names | None = None  # made when first needed: most have no rules
        self._rules = [self._made(number, rule) for number, rule in enumerate(rules, 1)]

    def __bool__(self) -> bool:
        return bool(self._rules)

    def find(self, tagger: str, label: str, kind: Kind) -> tuple[bool, Match | None]:
        """Return whether a rule fits, and the concept that it gives, if any."""
        folded = fold(label)
        for rule in self._rules:
            if rule.fits(tagger, folded, kind):
                return True, rule.match
        return False, None

    def _made(self, number: int, rule: MappingRule) -> _Rule:
        where = f"mapping rule {number} ({rule.label!r})"
        if rule.label.count("*") > _MOST_STARS or len(rule.label) > LONGEST:
            msg = f"{where}: the label has more than {_MOST_STARS} stars or {LONGEST} characters."
            raise ConfigurationError(msg, cure="Shorten it, or write several rules.")
        if rule.concept is None:
            return _Rule(_pattern(rule.label), rule, None)
        concept = self._concept(where, rule.concept)
        path = " > ".join(self._taxonomy.path(concept))
        note = f"by your rule for {rule.label!r}"
        match = Match(concept, path, self._taxonomy.language, "mapping rule", True, note=note)
        return _Rule(_pattern(rule.label), rule, match)

    def _concept(self, where: str, named: str) -> str:
        self._names = self._names or Names(self._taxonomy)
        try:
            concept = self._names.concept(named)
        except TaxonomyError as exc:
            raise ConfigurationError(f"{where}: {exc.message}", cure=exc.cure) from exc
        if self._taxonomy[concept].group:
            raise ConfigurationError(
                f"{where}: {named!r} is a group, and never a tag.",
                cure="Name a concept below it, or remove 'group: yes' from it.",
            )
        return concept


def _pattern(label: str) -> re.Pattern[str]:
    """Return a pattern for folded labels."""
    if not _WILD.search(label):
        return re.compile(re.escape(fold(label)))
    parts = [
        {"*": ".*", "?": "."}.get(part) or re.escape(_folded(part)) for part in _WILD.split(label)
    ]
    return re.compile("".join(parts), re.DOTALL)


def _folded(part: str) -> str:
    """Fold a part of a label, whose ends are not those of the label: its gaps there count."""
    return fold(f"x{part}x")[1:-1]
