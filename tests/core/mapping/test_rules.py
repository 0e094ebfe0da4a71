"""The user's own rules."""

from __future__ import annotations

import pytest

from tagwright.errors import ConfigurationError
from tagwright.mapping import Mapper, MappingOptions, MappingResult, MappingRule
from tagwright.model import Kind, Observation
from tagwright.taxonomy import parse_taxonomy

TAXONOMY = parse_taxonomy(
    """
concepts:
  Animals:
    narrower: [Cat, Crane]
  Machines:
    narrower: [Crane, Car]
  Colours: {group: yes, kinds: [colour], narrower: [Red]}
"""
)


def mapped(
    *rules: MappingRule, label: str, tagger: str = "llm:x", kind: Kind = Kind.OTHER
) -> MappingResult:
    """Map one label by rules."""
    mapper = Mapper(TAXONOMY, MappingOptions(rules))
    return mapper.map([(tagger, Observation(label, 0.9, kind=kind))])


@pytest.mark.parametrize(
    "named", ["machines/crane", "Machines > Crane", "machines/Crane", "Machines/crane"]
)
def test_a_concept_is_named_by_id_or_path(named: str) -> None:
    """Whatever the label would have found, the rule decides."""
    (found,) = mapped(MappingRule("crane", named), label="Crane").candidates
    assert (found.concept, found.unambiguous) == ("machines/crane", 0.9)
    assert (found.why[0].match, found.why[0].note) == ("mapping rule", "by your rule for 'crane'")


def test_a_rule_corrects_an_exact_label() -> None:
    """That is what it is for."""
    (found,) = mapped(MappingRule("cat", "Car"), label="CAT").candidates
    assert found.concept == "machines/car"


def test_what_is_ignored_is_neither_mapped_nor_proposed() -> None:
    """The stop list."""
    for label in ("cat", "unheard of"):
        result = mapped(MappingRule("*", None), label=label)
        assert (result.candidates, result.unmapped) == ((), ())


def test_the_first_rule_that_fits_counts() -> None:
    """By label with wildcards, by tagger and by kind."""
    rules = (
        MappingRule("no parking*", None, tagger="llm"),
        MappingRule("re?", "colours/red", kind=Kind.OBJECT),
        MappingRule("* parking", "Car"),
    )
    assert mapped(*rules, label="No  parking-sign").unmapped == ()
    assert len(mapped(*rules, label="no parking sign", tagger="other").unmapped) == 1
    assert mapped(*rules, label="red", kind=Kind.OBJECT).candidates[0].concept == "colours/red"
    assert mapped(*rules, label="red").candidates == ()
    assert mapped(*rules, label="old parking").candidates[0].concept == "machines/car"
    assert mapped(*rules, label="oldparking").candidates == ()


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (MappingRule("x", "Kat"), "Did you mean 'Animals > Cat'"),
        (MappingRule("x", "Animals > Car"), "no concept"),
        (MappingRule("x", "Crane"), "'Animals > Crane', 'Machines > Crane'"),
        (MappingRule("x", "colours"), "group"),
        (MappingRule("*a*b*c*d*e*", "Cat"), "stars"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(rule: MappingRule, said: str) -> None:
    """At the start, with what to do."""
    with pytest.raises(ConfigurationError) as caught:
        Mapper(TAXONOMY, MappingOptions((MappingRule("fine", "Cat"), rule)))
    assert said in str(caught.value)
    assert f"mapping rule 2 ({rule.label!r})" in str(caught.value)


def test_the_key_changes_with_the_rules() -> None:
    """So that photos are mapped anew."""
    keys = {
        MappingOptions(rules).key
        for rules in (
            (),
            (MappingRule("a", "Cat"),),
            (MappingRule("a", None),),
            (MappingRule("a", "Cat", kind=Kind.OBJECT),),
            (MappingRule("a", "Cat", tagger="basics"),),
        )
    }
    assert len(keys) == 5
