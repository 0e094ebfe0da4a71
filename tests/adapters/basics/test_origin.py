"""Screenshots, scans and videos."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tagwright.model import Facts, Rendition
from tagwright_adapters.basics.labels import COLOURS

from .conftest import Observe


@pytest.mark.parametrize(
    "facts",
    [
        Facts("IMG_0042.PNG", metadata={"EXIF:UserComment": "Screenshot"}),
        Facts("Screenshot_20240601-101500.png"),
        Facts("Screen Shot 2019-03-01 at 10.15.00.png"),
        Facts("Bildschirmfoto vom 2024-06-01 10-15-00.png"),
        Facts("Capture d\u2019écran 2024-06-01.png"),
        Facts("スクリーンショット 2024-06-01.png"),
        Facts("a.png", metadata={"PNG:Software": "gnome-screenshot"}),
        Facts("a.jpg", folders=("Pictures", "Screenshots")),
    ],
    ids=lambda facts: facts.name,
)
def test_screenshot(plain: Rendition, look_at: Observe, facts: Facts) -> None:
    """Comment, name, program or folder give it away."""
    assert look_at(plain, facts)["screenshot"].confidence >= 0.8


@pytest.mark.parametrize("size", [(1920, 1080), (1170, 2532), (2532, 1170)])
def test_a_png_of_a_screens_size(plain: Rendition, look_at: Observe, size: tuple[int, int]) -> None:
    """It may be a screenshot; a JPEG or a camera's picture of that size is none."""
    width, height = size
    doubtful = look_at(plain, Facts("a.png", width=width, height=height))["screenshot"]
    assert 0.5 <= doubtful.confidence < 0.8
    assert "screenshot" not in look_at(plain, Facts("a.jpg", width=width, height=height))
    camera: dict[str, object] = {"EXIF:Make": "Canon"}
    taken = Facts("a.png", width=width, height=height, metadata=camera)
    assert "screenshot" not in look_at(plain, taken)


def test_a_photo_of_a_screen_is_a_photo(plain: Rendition, look_at: Observe) -> None:
    """What was taken through a lens is no screenshot, whatever its name."""
    facts = Facts("Screenshot_1.jpg", metadata={"EXIF:FNumber": 1.8})
    assert "screenshot" not in look_at(plain, facts)


def test_of_a_screenshot_nothing_else_is_said(photos: Path, look_at: Observe) -> None:
    """Its colours are those of windows; its time is not that of a photo."""
    facts = Facts("Screenshot_1.png", width=1000, height=4000, taken_at=datetime(2024, 7, 1, 15))
    found = look_at(photos / "rocket.jpg", facts)
    assert found.keys() == {"screenshot", "portrait format"}


@pytest.mark.parametrize(
    "metadata",
    [
        {"EXIF:FileSource": 2},
        {"EXIF:FileSource": 1},
        {"EXIF:Make": "EPSON", "EXIF:Model": "Perfection V600"},
        {"EXIF:Make": "Canon", "EXIF:Model": "CanoScan LiDE 300"},
        {"EXIF:Software": "VueScan 9 x64 (9.7.50)"},
    ],
)
def test_scan(photos: Path, look_at: Observe, metadata: dict[str, object]) -> None:
    """Its colours are the picture's; its time is the scanner's and not said."""
    facts = Facts("0001.jpg", taken_at=datetime(2024, 7, 15, 15), metadata=metadata)
    found = look_at(photos / "rocket.jpg", facts)
    assert found["scan"].confidence >= 0.8
    assert found.keys() & set(COLOURS) == {"blue"}
    assert not {"summer", "afternoon"} & found.keys()


@pytest.mark.parametrize(
    "metadata", [{"EXIF:FileSource": 3}, {"EXIF:Make": "Canon", "EXIF:Model": "EOS R5"}]
)
def test_no_scan(plain: Rendition, look_at: Observe, metadata: dict[str, object]) -> None:
    """Cameras are no scanners."""
    assert "scan" not in look_at(plain, Facts("x.jpg", metadata=metadata))


def test_video(plain: Rendition, look_at: Observe) -> None:
    """A poster frame is of a video."""
    found = look_at(plain, Facts("VID.mp4", metadata={"File:MIMEType": "video/mp4"}))
    assert "video" in found
