"""The sample taxonomy for a family: complete, free of clashes, and right about typical labels."""

from __future__ import annotations

import pytest

from tagwright.errors import TaxonomyError
from tagwright.mapping import Mapper
from tagwright.model import Decision, Kind, Observation
from tagwright.policy import Policy, decide
from tagwright.taxonomy import Taxonomy, check
from tagwright.taxonomy.samples import sample, sample_names, sample_text

_NAMED = """
kitten > Animals > Cat
tabby cat > Animals > Cat
cats > Animals > Cat
caterpillar > Animals > Insects > Caterpillar
puppy > Animals > Dog
golden retriever > Animals > Dog
lion > Animals > Big cats
cattle > Animals > Cow
seagull > Animals > Birds
turkey > Animals > Birds > Turkey bird
goldfish > Animals > Fish
sea turtle > Animals > Reptiles
ladybug > Animals > Insects > Beetle
moth > Animals > Insects > Butterflies & moths
toddler > People > Child
people > People
person > People
bride > Events & Celebrations > Wedding
audience > People > Crowd
mountain > Nature & Landscape > Mountains
Mountain Range > Nature & Landscape > Mountains
sea_shore > -
seashore > Nature & Landscape > Beach
desert > Nature & Landscape > Desert
dessert > Food & Drink > Desserts & sweets
creek > Nature & Landscape > River
waterfall > Nature & Landscape > Waterfall
nebula > Nature & Landscape > Stars
woodland > Nature & Landscape > Forest
pine tree > Plants > Trees > Conifer
potted plant > Plants > Houseplant
bush > Plants
bus > Vehicles & Transport > Bus
wildflower > Plants > Flowers
sunflower > Plants > Flowers > Sunflower
lawn > Plants > Grass
mist > Weather & Light > Fog
lightning > Weather & Light > Thunderstorm
sundown > Weather & Light > Sunset
fall > Seasons & Time of day > Autumn
cityscape > Places > City
highway > Places > Street
train station > Places > Station
ferris wheel > Places > Amusement park
bathtub > Places > Home > Bathroom
couch > Objects > Furniture > Sofa
sofa/couch > Objects > Furniture > Sofa
dining table > Objects > Furniture > Table
cell phone > Objects > Electronics > Mobile phone
tv > Objects > Electronics > Television
laptop > Objects > Electronics > Computer
wine glass > Food & Drink > Alcoholic drinks
teddy bear > Objects > Toys > Teddy bear
hot air balloon > Vehicles & Transport > Hot air balloon
handbag > Objects > Bag
eyeglasses > Objects > Clothing > Glasses
stop sign > Objects > Sign
traffic light > Objects > Traffic light
automobile > Vehicles & Transport > Car
carpet > -
truck > Vehicles & Transport > Lorry
airplane > Vehicles & Transport > Aeroplane
bike > Vehicles & Transport > Bicycle
motorbike > Vehicles & Transport > Motorcycle
yacht > Vehicles & Transport > Sailing boat
rocket launch > Vehicles & Transport > Rockets & spacecraft
cathedral > Buildings & Landmarks > Church
castle > Buildings & Landmarks > Castles & palaces
windows > Buildings & Landmarks > Doors & windows
birthday cake > Food & Drink > Cakes & pastries
christmas tree > Events & Celebrations > Christmas
sightseeing > Events & Celebrations > Trips & holidays
soccer > Activities & Sports > Football
scuba diving > Activities & Sports > Swimming & diving
snowboarding > Activities & Sports > Skiing
bbq > Activities & Sports > Picnics & barbecues
jigsaw puzzle > Activities & Sports > Board games & puzzles
hot dog > Food & Drink > Fast food
strawberries > Food & Drink > Fruit > Berries
Ice-cream > Food & Drink > Ice cream
cappuccino > Food & Drink > Coffee
espresso > Food & Drink > Coffee
gray > -
b&w > Style & Technique > Black and white
black_and_white > Style & Technique > Black and white
close up > Style & Technique > Close-up
bird's-eye view > Style & Technique > Aerial
selfie > Style & Technique > Selfie
happy > Mood > Joyful
screen shot > Documents & Screenshots > Screenshot
invoice > Documents & Screenshots > Receipts & tickets
cattail > -
bank > -
crane > -
bat > -
mouse > -
spring water > -
art deco > -
Germany > -
style > -
objects > -
"""
_OF_A_KIND = [
    ("orange", Kind.COLOUR, "Colours > Orange"),
    ("orange", Kind.OBJECT, "Food & Drink > Fruit > Citrus fruit"),
    ("rose", Kind.COLOUR, "Colours > Pink"),
    ("rose", Kind.OBJECT, "Plants > Flowers > Rose flower"),
    ("turkey", Kind.PLACE, "Countries > Asia > Turkey"),
    ("Turkey", Kind.OBJECT, "Animals > Birds > Turkey bird"),
    ("peach", Kind.COLOUR, None),
    ("fish", Kind.TEXT, None),
    ("invoice", Kind.TEXT, "Documents & Screenshots > Receipts & tickets"),
    ("Essen", Kind.PLACE, None),
    ("Temple", Kind.PLACE, None),
    ("Nice", Kind.PLACE, None),
    ("Eiffel Tower", Kind.PLACE, "Buildings & Landmarks > Famous landmarks > Eiffel Tower"),
    ("Deutschland", Kind.PLACE, "Countries > Europe > Germany"),
    ("drone", Kind.OBJECT, None),
    ("drone", Kind.TECHNICAL, "Style & Technique > Drone"),
    ("square", Kind.SCENE, None),
    ("plaza", Kind.SCENE, "Places > Town square"),
    ("Places > beach", Kind.SCENE, None),
    ("nature/beach", Kind.SCENE, "Nature & Landscape > Beach"),
]
_FOREIGN = [
    ("Hündchen", "de", None),
    ("Welpe", "de", "Animals > Dog"),
    ("Bank", "de", "Objects > Furniture > Chairs & benches"),
    ("Schwarz-Weiß", "de", "Style & Technique > Black and white"),
    ("STRASSE", "de", "Places > Street"),
    ("Sonnenuntergang", "de-AT", "Weather & Light > Sunset"),
    ("voiture", "fr", "Vehicles & Transport > Car"),
    ("Pain", "fr", "Food & Drink > Bread"),
    ("œufs", "fr", "Food & Drink"),
    ("chat", "fr", "Animals > Cat"),
]


@pytest.fixture(scope="module")
def family() -> Taxonomy:
    """The sample itself."""
    return sample("family")


def applied(family: Taxonomy, observation: Observation) -> str | None:
    """Return the path that an observation leads to for certain."""
    candidates = Mapper(family).map([("test", observation)]).candidates
    sure = [one for one in candidates if one.unambiguous == observation.confidence]
    return " > ".join(family.path(sure[0].concept)) if sure else None


def test_it_is_complete(family: Taxonomy) -> None:
    """About 300 concepts besides countries, each with a label in three languages."""
    countries = [c for c in family if family.lineage(c.id)[0] == "countries"]
    assert 300 <= len(family) - len(countries) <= 400
    assert 50 <= len(countries) <= 70
    for concept in family:
        assert set(concept.labels) == {"en", "de", "fr"}, concept.id


def test_nothing_in_it_clashes(family: Taxonomy) -> None:
    """No label is equal to another of the same language and kind, and hosts can hold them all."""
    assert [str(problem) for problem in check(family)] == []


@pytest.mark.parametrize("line", _NAMED.strip().splitlines())
def test_typical_labels(family: Taxonomy, line: str) -> None:
    """What vision models and label services say lands where a person would put it, or nowhere."""
    label, _, path = line.partition(" > ")
    expected = None if path == "-" else path
    assert applied(family, Observation(label, 0.9, language="en")) == expected


@pytest.mark.parametrize(("label", "kind", "expected"), _OF_A_KIND)
def test_homonyms(family: Taxonomy, label: str, kind: Kind, expected: str | None) -> None:
    """The kind of an observation tells fruit from colour, bird from country, town from food."""
    observation = Observation(label, 0.9, kind=kind, language=None)
    assert applied(family, observation) == expected


@pytest.mark.parametrize(("label", "language", "expected"), _FOREIGN)
def test_labels_in_other_languages(
    family: Taxonomy, label: str, language: str, expected: str | None
) -> None:
    """German and French labels are known, and count in their own language."""
    assert applied(family, Observation(label, 0.9, language=language)) == expected


def test_a_document_is_not_tagged_as_text_besides(family: Taxonomy) -> None:
    """That there is text on it goes without saying; on a sign it does not."""
    text = ("test", Observation("text", 0.9, kind=Kind.TEXT, language="en"))
    document = ("test", Observation("document", 0.8, kind=Kind.TEXT, language="en"))

    def tags(*said: tuple[str, Observation]) -> list[str]:
        found = decide(Mapper(family).map(said).candidates, family, Policy()).suggestions
        return [family.label(one.concept) for one in found if one.decision is Decision.APPLY]

    assert tags(text, document) == ["Document"]
    assert tags(text) == ["Text"]


def test_samples_are_found_by_name() -> None:
    """The list names what can be loaded; anything else is refused with the list."""
    assert "family" in sample_names()
    assert sample_text("family").startswith("#")
    with pytest.raises(TaxonomyError, match="The samples are: family"):
        sample("famliy")
