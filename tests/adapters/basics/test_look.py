"""Black and white, toning, light."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageEnhance, ImageOps

from tagwright.errors import TaggerError
from tagwright.model import Facts, Rendition
from tagwright_adapters.basics import Basics
from tagwright_adapters.basics.labels import COLOURS

from .conftest import Observe

GREY = ("grass-bw.jpg", "photographer-bw.jpg")
COLOURED = ("astronaut.jpg", "cat.jpg", "coffee.jpg", "flower.jpg", "rocket.jpg", "temple.jpg")


@pytest.mark.parametrize("name", GREY)
def test_black_and_white(photos: Path, look_at: Observe, name: str) -> None:
    """Greyscale photographs are black and white, and "grey" is not said besides."""
    found = look_at(photos / name)
    assert found["black and white"].confidence >= 0.9
    assert not found.keys() & set(COLOURS)


@pytest.mark.parametrize("name", COLOURED)
@pytest.mark.parametrize("saturation", [1.0, 0.3, 0.15])
def test_a_colour_photo_is_not(
    photos: Path, look_at: Observe, name: str, saturation: float
) -> None:
    """Photographs in colour are not black and white, even with their colours nearly gone."""
    with Image.open(photos / name) as picture:
        faint = ImageEnhance.Color(picture.convert("RGB")).enhance(saturation)
    assert not {"black and white", "sepia"} & look_at(faint).keys()


@pytest.mark.parametrize("name", GREY + COLOURED)
def test_sepia(photos: Path, look_at: Observe, name: str) -> None:
    """A photograph toned brown throughout is sepia."""
    with Image.open(photos / name) as picture:
        grey = picture.convert("L")
    toned = ImageOps.colorize(grey, (20, 12, 5), (250, 235, 205), mid=(140, 110, 75))
    found = look_at(toned)
    assert found["sepia"].confidence >= 0.8
    assert "black and white" not in found


def test_cyanotype(photos: Path, look_at: Observe) -> None:
    """One blue tint throughout is black and white, but for a person to confirm."""
    with Image.open(photos / "cat.jpg") as picture:
        blue = ImageOps.colorize(picture.convert("L"), (0, 10, 40), (220, 235, 255))
    found = look_at(blue)
    assert 0.5 <= found["black and white"].confidence < 0.8


def test_two_tints_are_colours(look_at: Observe) -> None:
    """Blue shadows and orange lights are colours, though each tone has but one."""
    ramp = Image.linear_gradient("L")
    duotone = ImageOps.colorize(
        ramp, (0, 40, 110), (255, 225, 150), mid=(200, 130, 60), midpoint=90
    )
    assert not {"black and white", "sepia"} & look_at(duotone).keys()


def test_a_dark_sky_is_dark_and_not_night(photos: Path, look_at: Observe) -> None:
    """Darkness may be low key, which a person decides; night needs a clock."""
    found = look_at(photos / "hubble.jpg")
    assert 0.5 <= found["low key"].confidence < 0.8
    assert {"night", "black and white", "high key"}.isdisjoint(found)
    assert "black" in found


def test_high_key(look_at: Observe) -> None:
    """Bright tones without shadows are high key; with shadows they are not."""
    bright = Image.radial_gradient("L").point(lambda level: 255 - level // 6)
    assert 0.5 <= look_at(bright)["high key"].confidence < 0.8
    bright.paste(20, (0, 0, 128, 128))
    assert "high key" not in look_at(bright)


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\xff\xd8\xff\xe0 cut short"])
async def test_undecodable(data: bytes) -> None:
    """What is no picture is our error, with a cure."""
    with pytest.raises(TaggerError, match="cannot be decoded") as caught:
        await Basics().observe(Rendition(data, 10, 10), Facts(name="x.jpg"))
    assert caught.value.cure
