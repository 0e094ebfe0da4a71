"""The tagger as the core sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwright.errors import ConfigurationError
from tagwright.model import Facts, Kind, Rendition
from tagwright.ports import Tagger
from tagwright.taggers import TaggerContext, TaggerFactory
from tagwright.taxonomy import Taxonomy
from tagwright_adapters.basics import Basics, factory, vocabulary

from .conftest import Observe

KEYS = [
    "Composite:FocalLength35efl",
    "Composite:GPSDateTime",
    "Composite:LensID",
    "Composite:LightValue",
    "Composite:ScaleFactor35efl",
    "EXIF:CustomRendered",
    "EXIF:ExposureTime",
    "EXIF:FNumber",
    "EXIF:FileSource",
    "EXIF:Flash",
    "EXIF:FocalLength",
    "EXIF:FocalLengthIn35mmFormat",
    "EXIF:LensModel",
    "EXIF:Make",
    "EXIF:Model",
    "EXIF:Software",
    "EXIF:SubjectDistance",
    "EXIF:SubjectDistanceRange",
    "EXIF:UserComment",
    "File:FileType",
    "File:MIMEType",
    "MakerNotes:Macro",
    "MakerNotes:MacroMode",
    "PNG:Software",
    "XMP:CreatorTool",
    "XMP:FlashFired",
    "XMP:FlightYawDegree",
    "XMP:ProjectionType",
    "XMP:RelativeAltitude",
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=300),
    st.binary(max_size=20),
    st.sampled_from(
        ["0000:00:00 00:00:00", "inf", "nan", "-1", "1e999", "9" * 5000, "DJI", "macro", "Apple"]
    ),
)
RUBBISH = st.one_of(SCALARS, st.lists(SCALARS, max_size=3), st.dictionaries(st.text(), SCALARS))
FACTS = st.builds(
    Facts,
    name=st.text(max_size=300),
    folders=st.lists(st.text(), max_size=3).map(tuple),
    width=st.none() | st.integers(-10, 10**9),
    height=st.none() | st.integers(-10, 10**9),
    taken_at=st.none() | st.datetimes(timezones=st.none() | st.timezones()),
    latitude=st.none() | st.floats(),
    longitude=st.none() | st.floats(),
    metadata=st.dictionaries(st.sampled_from(KEYS), RUBBISH),
)


def context(options: Mapping[str, object] | None = None, spec: str = "basics") -> TaggerContext:
    """Say what a user configured."""
    return TaggerContext(spec, Taxonomy("t", "en", []), lambda _: None, options=options or {})


@given(FACTS)
def test_rubbish_in_metadata_never_fails(plain: Rendition, look_at: Observe, facts: Facts) -> None:
    """Whatever stands in any field, the answer is made of known labels, printable reasons."""
    for found in look_at(plain, facts).values():
        assert vocabulary()[found.label] is found.kind
        assert found.how
        assert found.how.isprintable()
        assert found.language == "en"
        assert found.confidence >= 0.5


def test_control_characters_are_not_passed_on(plain: Rendition, look_at: Observe) -> None:
    """A reason is shown on terminals and must not steer them."""
    facts = Facts("x.jpg", metadata={"EXIF:Software": "VueScan\x1b[2J\n9.7"})
    assert look_at(plain, facts)["scan"].how == "Software VueScan [2J 9.7"


def test_every_label_is_documented() -> None:
    """The README has a rule for each label."""
    readme = files("tagwright_adapters.basics").joinpath("README.md").read_text()
    assert not {label for label in vocabulary() if label not in readme}


def test_labels_are_lower_case_and_no_places() -> None:
    """The closed list is of plain English words."""
    assert all(label == label.lower() for label in vocabulary())
    assert Kind.PLACE not in vocabulary().values()


def test_fits_the_ports() -> None:
    """It is a tagger and its factory is one."""
    made: TaggerFactory = factory
    tagger: Tagger = made.create(context())
    assert tagger.name == "basics"
    assert tagger.reads_facts
    assert not tagger.leaves_machine
    assert tagger.concurrency >= 1
    assert made.schemes.keys() == {"basics"}


async def test_answer_is_free(plain: Rendition) -> None:
    """It costs nothing and writes no caption."""
    tagger = factory.create(context())
    answer = await tagger.observe(plain, Facts("x.jpg", taken_at=datetime(2024, 7, 1, 15)))
    await tagger.aclose()
    assert answer.usage.cost == 0
    assert answer.caption is None
    assert answer.model == "basics"


def test_recipe_freezes_what_shapes_the_answer() -> None:
    """It is JSON, equal for equal set-ups and another for other options."""
    recipe = factory.create(context()).recipe
    assert json.loads(json.dumps(recipe)) == recipe == factory.create(context()).recipe
    silent = factory.create(context({"ocr": "off"})).recipe
    assert silent["ocr"] is None
    assert factory.create(context({"hemisphere": "south"})).recipe != recipe


@pytest.mark.parametrize("options", [{"ocr": "on"}, {"colours": 5}, {"hemisphere": ["north"]}])
def test_wrong_options_are_refused(options: dict[str, object]) -> None:
    """The error names the option and what there is."""
    with pytest.raises(ConfigurationError, match=next(iter(options))) as caught:
        factory.create(context(options))
    assert caught.value.cure
    assert "hemisphere = north or south" in caught.value.cure


async def test_check_says_what_is_there() -> None:
    """Doctor prints one line."""
    line = await Basics().check()
    assert line.startswith("ready, offline")
    assert "\n" not in line
