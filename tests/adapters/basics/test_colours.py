"""Names of colours."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tagwright.model import Kind
from tagwright_adapters.basics.colours import colour_name, oklab
from tagwright_adapters.basics.labels import COLOURS

from .conftest import Observe

# The XKCD colour survey (CC0): "red", "dusty red", "dark teal" … as some 200,000 people chose them.
# Left out are three that we call differently: pale grey and pale blue (white), dark tan (brown).
SURVEY = {
    "red": "db5856 b9484e d3494e bb3f3f d9544d 9a0200 ff000d ff474c 840000 e50000",
    "orange": "f0833a f0944d ff964f dc4d01 d8863b ff5b00 ffa756 c65102 fdaa48 f97306",
    "yellow": "feff7f fffe71 eedc5b fffd01 fffe7a ffff84 d5b60a ffff14",
    "green": "2fef10 76a973 02590f 7bb274 39ad48 74a662 b0ff9d c7fdb5 01ff07 033500 96f97b 15b01a",
    "blue": "152eff 658cbb 5a86ad 49759c a2bffe 2c6fbb 040273 0165fc 00035b 95d0fc 0343df",
    "purple": (
        "9900fa 490648 ad0afd 9e43a2 916e99 ceaefa 825f87 84597e caa0ff 34013f d6b4fc b790d4 "
        "36013f be03fd 35063e 9a0eea bf77f6 7e1e9c"
    ),
    "pink": "f36196 de9dac ffbacd d5869d d58a94 cb0162 ffcfdc fe01b1 ffd1df cb416b ff81c0",
    "brown": "410200 876e4b 7f5112 b1916e 341c02 ad8150 653700",
    "black": "000000",
    "white": "ffffff",
    "grey": "7d7f7c d8dcd6 363737 929591",
    "beige": "fff39a fffeb6 fbeeac ac9362 ffffc2 e6daa6 d1b26f",
    "turquoise": (
        "4c9085 017374 08787f 5f9e8f 41fdfe 00555a b7fffa b8ffeb 0bf9ea a5fbd5 0ffef9 82cbb2 "
        "01f9c6 8cffdb 05696b acfffc 0a888a 7ef4cc 045c5a 90e4c1 014d4e 13eac9 00ffff 06c2ac "
        "029386"
    ),
}


@pytest.mark.parametrize(
    ("name", "code"), [(name, code) for name, codes in SURVEY.items() for code in codes.split()]
)
def test_called_as_people_call_it(name: str, code: str) -> None:
    """Colours of the survey get the name that people gave them."""
    assert colour_name(*bytes.fromhex(code)) == name


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_every_colour_has_a_name(rgb: tuple[int, int, int]) -> None:
    """No colour falls between the names."""
    assert colour_name(*rgb) in COLOURS


@given(st.integers(0, 255))
def test_greys_are_neutral(level: int) -> None:
    """Equal red, green and blue have no chroma and a neutral name."""
    lightness, a, b = oklab(level, level, level)
    assert abs(a) < 1e-4
    assert abs(b) < 1e-4
    assert 0 <= lightness <= 1.0001
    assert colour_name(level, level, level) in {"black", "grey", "white"}


def test_oklab_of_red() -> None:
    """OKLab agrees with the value that its author publishes for sRGB red."""
    assert oklab(255, 0, 0) == pytest.approx((0.62796, 0.22486, 0.12585), abs=1e-4)


def test_dominant_colours(look_at: Observe) -> None:
    """Two colours of half the picture each are both named, with their share."""
    picture = Image.new("RGB", (600, 400), "#0343df")
    picture.paste("#e50000", (300, 0, 600, 400))
    found = look_at(picture)
    assert {"red", "blue"} <= found.keys()
    assert found["red"].kind is Kind.COLOUR
    assert "% of the picture is red" in found["red"].how


def test_small_patches_do_not_dominate(look_at: Observe) -> None:
    """A quarter of the picture is not enough, nor is half of it grey."""
    picture = Image.new("RGB", (400, 400), "#808080")
    for place, colour in (((0, 0), "#e50000"), ((200, 0), "#15b01a")):
        picture.paste(colour, (*place, place[0] + 200, 200))
    assert not look_at(picture).keys() & set(COLOURS)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("rocket.jpg", {"blue"}), ("cat.jpg", {"brown"}), ("coffee.jpg", {"brown"})],
)
def test_photographs(photos: Path, look_at: Observe, name: str, expected: set[str]) -> None:
    """The colours of real photographs are the ones that a person would name."""
    found = look_at(photos / name)
    assert found.keys() & set(COLOURS) == expected
    assert not {"black and white", "sepia"} & found.keys()
