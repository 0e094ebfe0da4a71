"""Labels that fit several concepts, decided by what else is on the photo."""

from __future__ import annotations

from tagwright.mapping import Candidate, Mapper
from tagwright.model import Kind, Observation
from tagwright.taxonomy import parse_taxonomy

MAPPER = Mapper(
    parse_taxonomy(
        """
concepts:
  Animals:
    also: [bird]
    narrower: [Crane, Heron]
  Machines:
    narrower: [Crane, Digger]
  Places:
    kinds: [place]
    narrower:
      France: {narrower: [Paris]}
      Texas: {narrower: [Paris]}
  Money: {narrower: [Bank]}
  Rivers: {kinds: [scene], narrower: [Bank]}
  Food: {kinds: [object], narrower: [Orange]}
  Colours: {closed: yes, group: yes, kinds: [colour], narrower: [Red]}
  Anything: {narrower: [Violet]}
"""
    )
)


def candidates(*seen: Observation) -> dict[str, Candidate]:
    """Map what a tagger says of one photo."""
    return {one.concept: one for one in MAPPER.map([("t", one) for one in seen]).candidates}


def place(label: str, confidence: float = 0.9) -> Observation:
    """A place that a tagger names."""
    return Observation(label, confidence, kind=Kind.PLACE)


def test_alone_it_is_nobodys() -> None:
    """Both are offered for review, neither is sure."""
    found = candidates(Observation("crane", 0.99))
    assert {one.unambiguous for one in found.values()} == {0.0}
    assert len(found) == 2


def test_a_broader_concept_decides() -> None:
    """Paris is the one of the country that was seen; the other is not even proposed."""
    found = candidates(place("Paris"), place("Texas"))
    assert found.keys() == {"places/texas", "places/texas/paris"}
    paris = found["places/texas/paris"]
    assert paris.unambiguous == 0.9
    assert "decided by Places > Texas" in paris.why[0].note


def test_a_concept_beside_it_decides_with_less_confidence() -> None:
    """A heron makes the crane a bird."""
    found = candidates(Observation("crane", 0.99), Observation("heron", 1.0))
    assert found.keys() == {"animals/crane", "animals/heron"}
    assert found["animals/crane"].unambiguous == 0.9


def test_a_doubtful_witness_makes_it_no_surer_than_itself() -> None:
    """What decides bounds the confidence."""
    found = candidates(place("Paris", 0.99), place("Texas", 0.3))
    assert found["places/texas/paris"].unambiguous == 0.3


def test_witnesses_for_both_decide_nothing() -> None:
    """A heron and a digger leave the crane open."""
    seen = [Observation(label, 0.9) for label in ("crane", "heron", "digger")]
    found = candidates(*seen)
    assert found["animals/crane"].unambiguous == found["machines/crane"].unambiguous == 0.0


def test_the_taggers_synonyms_decide() -> None:
    """It means the bird if it says so itself."""
    found = candidates(Observation("crane", 0.9, synonyms=("bird",)))
    assert found.keys() == {"animals/crane"}
    assert found["animals/crane"].unambiguous == 0.9


def test_the_kind_decides() -> None:
    """A bank that is a scene is that of a river."""
    assert candidates(Observation("bank", 0.9, kind=Kind.SCENE)).keys() == {"rivers/bank"}
    assert candidates(Observation("bank", 0.9, kind=Kind.OBJECT)).keys() == {"money/bank"}


def test_a_closed_branch_keeps_its_kind() -> None:
    """A colour becomes one of its concepts or none, even where others take any kind."""
    assert candidates(Observation("violet", 0.9, kind=Kind.COLOUR)) == {}
    assert candidates(Observation("violet", 0.9)).keys() == {"anything/violet"}
    assert candidates(Observation("red", 0.9, kind=Kind.COLOUR)).keys() == {"colours/red"}
