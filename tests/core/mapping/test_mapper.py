"""From labels to concepts: which, how sure, and why."""

from __future__ import annotations

import pytest

from tagwright.mapping import Candidate, Mapper, MappingResult
from tagwright.model import Kind, Observation
from tagwright.taxonomy import parse_taxonomy

TAXONOMY = parse_taxonomy(
    """
concepts:
  Animals:
    also: [animal]
    narrower:
      Cat: {also: {en: [kitten], de: [Kätzchen]}, labels: {de: Katze, fr: Chat}}
      Crane: {}
      Magpie: {labels: {fr: Pie}}
  Machines:
    narrower: [Crane, Car]
  Colours:
    group: yes
    kinds: [colour]
    narrower: [Red, Orange]
  Food:
    narrower: {Orange: , Couch: {also: [settee]}}
  Writing: {kinds: [text], narrower: [Menu]}
  Style:
    narrower: {Black and white: {also: [b&w]}}
"""
)
MAPPER = Mapper(TAXONOMY)


def mapped(*observations: Observation) -> MappingResult:
    """Map what one tagger says."""
    return MAPPER.map([("tagger", observation) for observation in observations])


def only(*observations: Observation) -> Candidate:
    """Return the one candidate that observations lead to."""
    (candidate,) = mapped(*observations).candidates
    return candidate


@pytest.mark.parametrize(
    ("label", "concept", "match", "matched"),
    [
        ("Cat", "animals/cat", "preferred label", "Cat"),
        ("  CAT. ", "animals/cat", "preferred label", "Cat"),
        ("#cat", "animals/cat", "preferred label", "Cat"),
        ("Ｃａｔ", "animals/cat", "preferred label", "Cat"),  # noqa: RUF001 - full-width letters
        ("c\u00adat", "animals/cat", "preferred label", "Cat"),
        ("kitten", "animals/cat", "alternative label", "kitten"),
        ("KATZE", "animals/cat", "preferred label", "Katze"),
        ("Ka\u0308tzchen", "animals/cat", "alternative label", "Kätzchen"),
        ("black-and_white", "style/black-and-white", "preferred label", "Black and white"),
        ("B&W", "style/black-and-white", "alternative label", "b&w"),
        ("animals/cat", "animals/cat", "path", "Animals > Cat"),
        ("animal > Katze", "animals/cat", "path", "Animals > Cat"),
        ("Colours|Red", None, "", ""),
        ("food > cat", None, "", ""),
        ("settee/couch", "food/couch", "path", "Food > Couch"),
        ("cattery", None, "", ""),
        ("cats and dogs", None, "", ""),
        ("colours", None, "", ""),
        ("", None, "", ""),
        (" > ", None, "", ""),
    ],
)
def test_spellings(label: str, concept: str | None, match: str, matched: str) -> None:
    """Case, gaps, forms and paths do not matter; anything else does."""
    result = mapped(Observation(label, 0.7))
    if concept is None:
        assert (result.candidates, len(result.unmapped)) == ((), 1)
    else:
        (candidate,) = result.candidates
        assert (candidate.concept, candidate.unambiguous) == (concept, 0.7)
        assert (candidate.why[0].match, candidate.why[0].matched) == (match, matched)


def test_a_concept_that_was_chosen_comes_first() -> None:
    """An offered id counts whatever label and kind say; one that does not exist counts nothing."""
    chosen = Observation("crane", 0.9, kind=Kind.OTHER, concept="machines/crane")
    assert only(chosen).concept == "machines/crane"
    assert only(chosen).why[0].match == "offered concept"
    assert only(Observation("cat", 0.9, concept="animals/lion")).concept == "animals/cat"
    assert mapped(Observation("x", 0.9, concept="colours")).candidates == ()


def test_kinds_close_branches() -> None:
    """A colour is no fruit, a thing is no colour, and words that are read describe nothing."""
    assert only(Observation("orange", 0.9, kind=Kind.COLOUR)).concept == "colours/orange"
    assert only(Observation("orange", 0.9, kind=Kind.OBJECT)).concept == "food/orange"
    assert mapped(Observation("red", 0.9, kind=Kind.OBJECT)).candidates == ()
    assert mapped(Observation("cat", 0.9, kind=Kind.TEXT)).candidates == ()
    assert only(Observation("menu", 0.9, kind=Kind.TEXT)).concept == "writing/menu"


def test_what_fits_several_concepts_is_ambiguous() -> None:
    """All are candidates, each says which others fit, and none is sure."""
    result = mapped(Observation("crane", 0.95))
    assert {one.concept for one in result.candidates} == {"animals/crane", "machines/crane"}
    for one in result.candidates:
        assert (one.confidence, one.unambiguous) == (0.95, 0.0)
        assert one.why[0].note == "fits equally: Animals > Crane, Machines > Crane"


def test_a_path_tells_homonyms_apart() -> None:
    """Broader concepts before a label decide."""
    assert only(Observation("machines/crane", 0.9)).unambiguous == 0.9


def test_a_sure_reason_beside_an_ambiguous_one() -> None:
    """The sure one tells which is meant, and is as sure as it gets; both are told."""
    result = mapped(Observation("crane", 0.95), Observation("Animals/Crane", 0.8))
    (bird,) = result.candidates
    assert (bird.concept, bird.confidence, bird.unambiguous) == ("animals/crane", 0.8, 0.8)
    assert {why.match for why in bird.why} == {"path", "preferred label"}


def test_the_taggers_language() -> None:
    """A label in another language than the tagger speaks counts less; none stated is no fault."""
    foreign = only(Observation("pie", 0.9, language="en-GB"))
    assert foreign.concept == "animals/magpie"
    assert foreign.unambiguous == pytest.approx(0.675)
    assert "'fr'" in foreign.why[0].note
    assert only(Observation("pie", 0.9, language="fr")).unambiguous == 0.9
    assert only(Observation("pie", 0.9)).unambiguous == 0.9
    assert only(Observation("pie", 0.9, language="no language at all")).unambiguous == 0.9


def test_synonyms_count_less_and_only_where_the_label_means_nothing() -> None:
    """The first that means anything is taken, and the reason says so."""
    seen = Observation("felinoid", 1.0, synonyms=("moggie thing", "kitten", "car"))
    candidate = only(seen)
    assert (candidate.concept, candidate.unambiguous) == ("animals/cat", 0.75)
    assert candidate.why[0].match == "synonym, alternative label"
    assert "'kitten'" in candidate.why[0].note
    assert only(Observation("car", 1.0, synonyms=("cat",))).concept == "machines/car"


def test_many_reasons_make_one_candidate() -> None:
    """Several taggers and labels for one concept: the best gives the confidence, all are told."""
    seen = [
        ("llm", Observation("kitten", 0.7)),
        ("clip", Observation("Katze", 0.9)),
        ("clip", Observation("Katze", 0.9)),
        ("clip", Observation("felinoid", 0.99, synonyms=("cat",))),
    ]
    (candidate,) = MAPPER.map(seen).candidates
    assert candidate.confidence == 0.9
    assert [(why.tagger, why.observation.label) for why in candidate.why] == [
        ("clip", "Katze"),
        ("clip", "felinoid"),
        ("llm", "kitten"),
    ]


def test_what_is_unmapped_is_kept_for_proposals() -> None:
    """Kind, confidence and tagger stay with a label that no concept covers."""
    seen = Observation("zorbing", 0.6, kind=Kind.OBJECT, synonyms=("globe riding",))
    assert mapped(seen).unmapped == (("tagger", seen),)


@pytest.mark.parametrize(
    "label",
    [
        "cat" * 4000,
        "cat\x00" * 20,
        "<script>alert(1)</script>",
        "cat\n> Animals",
        "\ud800",
        "/" * 300,
    ],
)
def test_hostile_labels_are_bounded(label: str) -> None:
    """Whatever a model says or a picture shows, nothing long or unprintable comes out."""
    seen = Observation(label, 0.9, synonyms=(label,) * 50, how=label, language=label, concept=label)
    result = mapped(seen)
    assert result.candidates == ()
    ((_, kept),) = result.unmapped
    assert len(kept.label) <= 200
    assert len(kept.synonyms) <= 20
    for text in (kept.label, kept.how, kept.language, kept.concept, *kept.synonyms):
        assert text is not None
        assert text.isprintable()
        text.encode()


def test_a_cut_label_matches_nothing() -> None:
    """A label that begins like a concept's is not that concept."""
    name = "x" * 197
    taxonomy = parse_taxonomy(f"concepts: [{name}]")
    assert Mapper(taxonomy).map([("t", Observation(name + "y" * 100, 0.9))]).candidates == ()
