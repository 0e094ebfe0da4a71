"""Text in the picture, by the real Tesseract and by programs that misbehave."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from tagwright.model import Rendition
from tagwright_adapters.basics import Basics
from tagwright_adapters.basics.labels import COLOURS
from tagwright_adapters.basics.ocr import Tesseract, may_hold_text

from .conftest import Observe, render

needs_tesseract = pytest.mark.skipif(
    Tesseract.find(["en"]) is None, reason="needs Tesseract with language data"
)


@pytest.fixture
def reader() -> Basics:
    """A tagger that reads text with the installed program."""
    return Basics(Tesseract.find(["en"]))


@pytest.fixture(scope="module")
def sign(photos: Path) -> Rendition:
    """A photograph with a sign in it."""
    with Image.open(photos / "rocket.jpg") as picture:
        photo = picture.convert("RGB")
    draw = ImageDraw.Draw(photo)
    draw.rectangle((40, 40, 420, 170), "white")
    font = ImageFont.load_default(40)
    draw.multiline_text((60, 50), "Harbour Restaurant\nopen every day", "black", font)
    return render(photo)


def fake(folder: Path, script: str, timeout: float = 20.0) -> Tesseract:
    """Make a program that runs a shell script in place of Tesseract."""
    program = folder / "tesseract"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return Tesseract(str(program), "0", ("eng",), timeout)


@needs_tesseract
def test_a_sign(look_at: Observe, reader: Basics, sign: Rendition) -> None:
    """The label is "text"; what it says is shown and chooses no tag."""
    found = look_at(sign, tagger=reader)
    assert found["text"].confidence >= 0.8
    assert "Harbour Restaurant" in found["text"].how
    assert "document" not in found
    assert not {"Harbour", "harbour", "Restaurant"} & found.keys()


@needs_tesseract
def test_a_page(photos: Path, look_at: Observe, reader: Basics) -> None:
    """A printed page is a document; its white and grey and its format are not said."""
    found = look_at(photos / "page.png", tagger=reader)
    assert found["document"].confidence >= 0.8
    assert not found.keys() & {*COLOURS, "black and white", "high key", "panorama"}


@needs_tesseract
@pytest.mark.parametrize(
    "name", ["astronaut", "cat", "coffee", "flower", "grass-bw", "hubble", "rocket", "temple"]
)
def test_no_words_where_there_are_none(
    photos: Path, look_at: Observe, reader: Basics, name: str
) -> None:
    """Grass, stars and walls are not read as words."""
    assert "text" not in look_at(photos / f"{name}.jpg", tagger=reader)


@pytest.mark.parametrize("name", ["cat.jpg", "coffee.jpg", "hubble.jpg", "rocket.jpg"])
def test_most_photos_are_not_read_at_all(photos: Path, name: str) -> None:
    """Reading is dear; what has no rows of dense edges is spared it."""
    assert not may_hold_text(render(photos / name).data)


def test_rows_of_edges_are_worth_reading(photos: Path, sign: Rendition) -> None:
    """Signs and pages pass."""
    assert may_hold_text(sign.data)
    assert may_hold_text(render(photos / "page.png").data)


def test_installed_languages_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the person reads and is installed, else English, else anything."""
    script = """case $1 in --version) echo tesseract 9.9;;
    --list-langs) printf 'List of 4:\\ndeu\\neng\\nosd\\nswe\\n';; esac"""
    fake(tmp_path, script)
    monkeypatch.setenv("PATH", str(tmp_path))
    for wanted, expected in (
        (["de-AT", "en"], ("deu", "eng")),
        (["en", "en"], ("eng",)),
        (["fr", "xx"], ("eng",)),
        ([], ("eng",)),
    ):
        found = Tesseract.find(wanted)
        assert found is not None
        assert found.languages == expected
        assert found.version == "9.9"


@pytest.mark.parametrize(
    "script", ["exit 1", "echo tesseract 5", "[ $1 = --version ] && echo tesseract 5; exit 3"]
)
def test_unusable_programs_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    """A program that fails, or has no language data, counts as absent."""
    fake(tmp_path, script)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Tesseract.find(["en"]) is None


def test_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the program text is not read, and check says so."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Tesseract.find(["en"]) is None
    assert "not read" in asyncio.run(Basics().check())
    assert Basics().recipe["ocr"] is None


@pytest.mark.parametrize(
    "script", ["exit 1", "kill -9 $$", "exec sleep 60", "head -c 99 /dev/zero"]
)
def test_a_failing_program_costs_no_photo(
    tmp_path: Path, look_at: Observe, sign: Rendition, script: str
) -> None:
    """When reading fails, hangs or gives rubbish, everything else is still said."""
    start = time.monotonic()
    found = look_at(sign, tagger=Basics(fake(tmp_path, script, timeout=0.5)))
    assert time.monotonic() - start < 5
    assert "blue" in found
    assert "text" not in found


def test_hostile_words_are_only_shown(tmp_path: Path, look_at: Observe, sign: Rendition) -> None:
    """What a picture says cannot become a label, nor carry control characters."""
    row = "\\t".join(["5", *"1111111111"])
    lines = "".join(f"{row.replace('1', '99')}\\t{word}\\n" for word in ("beach", "Sel\\033fie"))
    found = look_at(sign, tagger=Basics(fake(tmp_path, f"printf 'head\\n{lines}'")))
    assert found["text"].how == 'Tesseract read 1 words: "beach"'
    assert "beach" not in found
