"""From vectors to confidences: what holds for all vocabularies and pictures."""

from __future__ import annotations

import itertools
import random
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagwright.taxonomy import Concept, Taxonomy
from tagwright_adapters.clip.facets import Facets
from tagwright_adapters.clip.scoring import Scorer, confidences, unit

DIMENSIONS = 6


@st.composite
def taxonomies(draw: st.DrawFn) -> Taxonomy:
    """Trees of any shape, with groups and exclusive concepts in them."""
    concepts: list[Concept] = []
    for number in range(draw(st.integers(1, 14))):
        above = draw(st.integers(-1, number - 1))
        broader = (concepts[above].id,) if above >= 0 else ()
        kind = draw(st.sampled_from(("plain", "plain", "group", "exclusive")))
        concepts.append(
            Concept(
                f"c{number}",
                {"en": f"C{number}"},
                broader=broader,
                group=kind == "group",
                exclusive=kind == "exclusive",
            )
        )
    return Taxonomy("T", "en", concepts)


def vector(name: str, seed: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Return the direction that goes with a name."""
    rng = np.random.default_rng([seed, *name.encode()])
    return unit(rng.normal(size=DIMENSIONS).astype(np.float32))


def scorer(facets: Facets, seed: int, scale: float = 20.0) -> Scorer:
    """Return a scorer with made-up directions."""
    rows = [vector(one.id, seed) for one in facets.concepts]
    concepts = np.stack(rows) if rows else np.zeros((0, DIMENSIONS), np.float32)
    return Scorer(facets, concepts, np.stack([vector("background", seed)]), scale)


@settings(max_examples=50)
@given(taxonomies(), st.integers(0, 1_000))
def test_every_concept_that_can_be_a_tag_is_scored_once(taxonomy: Taxonomy, seed: int) -> None:
    """Groups are not."""
    facets = Facets.of(taxonomy)
    scored = [one.id for one in facets.concepts]
    assert sorted(scored) == sorted(one.id for one in taxonomy if not one.group)
    assert list(facets.starts) == sorted(set(facets.starts))


@settings(max_examples=50)
@given(taxonomies(), st.integers(0, 1_000))
def test_a_facet_shares_one_and_broader_ones_have_what_is_below(
    taxonomy: Taxonomy, seed: int
) -> None:
    """Softmax within each facet, with "none of these" among them."""
    facets = Facets.of(taxonomy)
    _, shares = scorer(facets, seed).shares(vector("picture", seed))
    assert np.all((shares >= 0) & (shares <= 1))
    bounds = [*facets.starts, len(facets.candidates)]
    for start, stop in itertools.pairwise(bounds):
        own = []
        for at in range(start, stop):
            end = facets.candidates[at].end
            assert at < end <= stop
            below = range(at + 1, end)
            lineages = [taxonomy.lineage(facets.candidates[one].concept.id) for one in below]
            assert all(facets.candidates[at].concept.id in lineage for lineage in lineages)
            right_below = [
                one
                for one in below
                if facets.candidates[one].concept.broader[0] == facets.candidates[at].concept.id
            ]
            rest = sum(float(shares[one]) for one in right_below)
            assert shares[at] >= rest - 1e-9
            own.append(float(shares[at]) - rest)
        assert sum(own) < 1 + 1e-9


@settings(max_examples=50)
@given(taxonomies(), st.integers(0, 1_000), st.randoms(use_true_random=False))
def test_the_order_of_concepts_does_not_matter(
    taxonomy: Taxonomy, seed: int, shuffle: random.Random
) -> None:
    """Nor does it matter how a file is sorted."""
    mixed = list(taxonomy)
    shuffle.shuffle(mixed)
    found = []
    for one in (taxonomy, Taxonomy("T", "en", mixed)):
        facets = Facets.of(one)
        _, shares = scorer(facets, seed).shares(vector("picture", seed))
        ids = [concept.id for concept in facets.concepts]
        found.append(dict(zip(ids, shares, strict=True)))
    assert found[0] == pytest.approx(found[1], abs=1e-4)


@settings(max_examples=50)
@given(taxonomies(), st.integers(0, 1_000), st.floats(0, 1), st.integers(1, 5))
def test_what_is_said_is_bounded_and_surest_first(
    taxonomy: Taxonomy, seed: int, least: float, most: int
) -> None:
    """By the user's own bounds."""
    scores = scorer(Facets.of(taxonomy), seed)(vector("picture", seed), least, most)
    sure = [score.confidence for score in scores]
    assert len(sure) <= most
    assert sure == sorted(sure, reverse=True)
    assert all(least <= one <= 0.95 for one in sure)


@given(st.lists(st.floats(0, 1), min_size=2))
def test_a_confidence_is_less_than_its_share_and_rises_with_it(shares: list[float]) -> None:
    """As documented: 0.8 needs 0.89, 0.5 needs 0.65."""
    sure = confidences(np.array(sorted(shares)))
    assert np.all(sure <= np.array(sorted(shares)))
    assert np.all(np.diff(sure) >= 0)
    assert confidences(np.array([0.89]))[0] < 0.8 < confidences(np.array([0.895]))[0]
    assert confidences(np.array([0.65]))[0] < 0.5 < confidences(np.array([0.655]))[0]


@settings(max_examples=30)
@given(st.integers(0, 1_000), st.integers(2, 200))
def test_many_concepts_that_do_not_fit_win_nothing_by_being_many(seed: int, size: int) -> None:
    """All are as near as what fits any photo: their top concept gets half, and is for nobody."""
    concepts = [Concept("top", {"en": "Top"}), *(_below(number) for number in range(size))]
    facets = Facets.of(Taxonomy("T", "en", concepts))
    same = vector("same", seed)
    rows = np.stack([same] * len(concepts))
    _, shares = Scorer(facets, rows, same[None], 100.0).shares(vector("picture", seed))
    assert shares[0] <= 0.5 + 1e-4


def _below(number: int) -> Concept:
    return Concept(f"c{number}", {"en": f"C{number}"}, broader=("top",))


def test_a_broader_concept_is_left_out_where_a_narrower_one_says_it() -> None:
    """An owl needs no bird beside it; an owl or a hawk is a bird for certain."""
    facets = Facets.of(
        Taxonomy(
            "T",
            "en",
            [
                Concept("animals", {"en": "Animals"}),
                Concept("bird", {"en": "Bird"}, broader=("animals",)),
                Concept("owl", {"en": "Owl"}, broader=("bird",)),
                Concept("hawk", {"en": "Hawk"}, broader=("bird",)),
            ],
        )
    )
    axes = np.eye(5, dtype=np.float32)
    made = Scorer(facets, axes[:4], axes[4:], 100.0)

    def seen(*picture: float) -> dict[str, float]:
        scores = made(unit(np.array(picture, np.float32)), 0.3, 10)
        return {facets.candidates[one.candidate].concept.id: one.confidence for one in scores}

    assert seen(0, 0, 1, 0, 0) == {"owl": pytest.approx(0.95, abs=0.01)}
    both = seen(0, 0, 1, 1, 0)
    assert both.keys() == {"bird", "owl", "hawk"}
    assert both["bird"] > 0.9 > 0.5 > both["owl"]


def test_ten_thousand_concepts_take_a_few_milliseconds() -> None:
    """Of 512 dimensions, as usual models have; bounded widely, as machines differ."""
    concepts = [Concept(f"g{n}", {"en": f"G{n}"}) for n in range(100)]
    concepts += [Concept(f"c{n}", {"en": f"C{n}"}, broader=(f"g{n % 100}",)) for n in range(9_900)]
    facets = Facets.of(Taxonomy("T", "en", concepts))
    rng = np.random.default_rng(1)
    rows = unit(rng.normal(size=(10_000, 512)).astype(np.float32))
    made = Scorer(facets, rows, unit(rng.normal(size=(4, 512)).astype(np.float32)), 100.0)
    took = []
    for at in range(20):
        begun = time.process_time()
        made(rows[at], 0.3, 15)
        took.append(time.process_time() - begun)
    assert sorted(took)[10] < 0.05
