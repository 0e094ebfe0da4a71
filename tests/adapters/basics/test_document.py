"""Which pictures look like documents."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from tagwright.errors import TaggerError
from tagwright.model import Facts, Rendition, RenditionSpec
from tagwright.pictures import render
from tagwright_adapters.basics.document import looks_like_document

WORDS = ("account", "statement", "total", "patient", "signed", "address", "number", "invoice")


def _letter(paper: str = "white", lines: int = 44) -> Image.Image:
    """A typed page of the shape of A4."""
    chance = random.Random(lines)
    page = Image.new("RGB", (1240, 1754), paper)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(26)
    for line in range(lines):
        text = " ".join(chance.choices(WORDS, k=chance.randint(6, 10)))
        draw.text((110, 120 + 34 * line), text, fill=(25, 25, 40), font=font)
    return page


def _photographed(page: Image.Image, table: Image.Image) -> Image.Image:
    """Lay a page on a table, askew, and light it from one side."""
    table = table.convert("RGB").resize((2000, 1500))
    page = page.resize((1000, 1400)).rotate(7, Image.Resampling.BICUBIC, expand=True)
    mask = Image.new("L", (1000, 1400), 255).rotate(7, expand=True)
    table.paste(page, (450, 0), mask)
    light = Image.linear_gradient("L").rotate(90).resize(table.size)
    light = light.point([90 + value * 165 // 255 for value in range(256)])
    lit = ImageChops.multiply(table, Image.merge("RGB", [light] * 3))
    return lit.filter(ImageFilter.GaussianBlur(1.5))


def _rendition(picture: Image.Image) -> Rendition:
    picture.thumbnail((750, 750))
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=85)
    return Rendition(file.getvalue(), *picture.size)


def _looks(picture: Image.Image, **facts: object) -> str:
    return looks_like_document(_rendition(picture), Facts(**{"name": "x.jpg", **facts}))  # type: ignore[arg-type]


def test_a_page_of_a_book_is_one(photos: Path) -> None:
    """Photographed in uneven light."""
    rendition = render(photos / "page.png", RenditionSpec())
    assert "writing on" in looks_like_document(rendition, Facts("page.png"))


@pytest.mark.parametrize("paper", ["white", "#f7f0d7", "#e6e6e2"])
@pytest.mark.parametrize("lines", [14, 44])
def test_a_letter_is_one(paper: str, lines: int) -> None:
    """Short or long, on any paper."""
    assert _looks(_letter(paper, lines))


@pytest.mark.parametrize("table", ["coffee.jpg", "grass-bw.jpg", "astronaut.jpg"])
def test_a_letter_on_a_table_is_one(photos: Path, table: str) -> None:
    """Whatever it lies on."""
    with Image.open(photos / table) as picture:
        assert _looks(_photographed(_letter(), picture))


@pytest.mark.parametrize("light", [1.0, 0.25])
def test_photos_are_none(photos: Path, light: float) -> None:
    """In colour, in black and white, by day and by night."""
    for path in sorted(photos.glob("*.jpg")):
        with Image.open(path) as picture:
            for mode in ("RGB", "L"):
                darker = picture.convert("RGB").convert(mode).convert("RGB")
                darker = darker.point([int(light * value) for value in range(256)] * 3)
                assert not _looks(darker), (path.name, mode)


def test_light_and_even_pictures_are_none() -> None:
    """A wall, snow, a thing on white ground, a sheet with nothing on it."""
    wall = Image.new("RGB", (900, 600), (238, 236, 230))
    noise = Image.effect_noise((900, 600), 25).point([min(255, 100 + v) for v in range(256)])
    thing = Image.new("RGB", (900, 600), "white")
    ImageDraw.Draw(thing).ellipse((300, 150, 600, 450), fill=(160, 30, 30))
    bars = Image.new("RGB", (900, 600), "white")
    for left in range(0, 900, 90):
        ImageDraw.Draw(bars).rectangle((left, 0, left + 45, 600), fill="black")
    for picture in (wall, noise, thing, bars, Image.new("RGB", (9, 9), "white")):
        assert not _looks(picture)


def test_tiny_and_narrow_pictures_are_looked_at() -> None:
    """Without a fault."""
    for size in ((1, 1), (1, 750), (750, 3), (40, 9)):
        assert not _looks(Image.new("RGB", size, "white"))


def test_screenshots_are_known_by_what_is_known_of_them() -> None:
    """Dark ones too."""
    dark = Image.new("RGB", (540, 1170), (18, 18, 20))
    assert not _looks(dark.copy())
    assert "screenshot" in _looks(dark.copy(), name="Screenshot_20240506.png")
    assert "screenshot" in _looks(dark, metadata={"EXIF:UserComment": "Screenshot"})


def test_a_scan_needs_less_writing(photos: Path) -> None:
    """But some: prints of photos are scanned too."""
    scanned = {"EXIF:Software": "VueScan 9"}
    assert "a scan" in _looks(_letter(lines=2), metadata=scanned)
    assert not _looks(_letter(lines=2))
    with Image.open(photos / "flower.jpg") as picture:
        assert not _looks(picture.copy(), metadata=scanned)


def test_what_is_no_picture_is_an_error() -> None:
    """So it is not shown to anybody."""
    with pytest.raises(TaggerError, match="cannot be decoded"):
        looks_like_document(Rendition(b"\xff\xd8\xff\xe0broken", 1, 1), Facts("x.jpg"))
