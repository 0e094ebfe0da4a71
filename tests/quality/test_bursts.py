"""The bounds of bursts hold what the documentation says of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagwright.pipeline.bursts import BurstBounds

from .bursts import main, rendered
from .frames import jpeg, photo

PHOTOS = ("cat.jpg", "grass-bw.jpg", "temple.jpg")


def test_bursts_are_known_and_other_pictures_are_not(photos: Path) -> None:
    """A small part of what the script measures."""
    measured = rendered([photos / name for name in PHOTOS], frames=3)
    at = {what: one.at(BurstBounds().distance) for what, one in measured.items()}
    assert at["shaken by 1%"] >= 0.9
    never = ("moved by 25 %", "mirrored", "zoomed 1.5 times", "another photo")
    assert [at[what] for what in (*never, "subject of 30% comes in")] == [0.0] * 5


def test_the_tables_are_printed(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For photos, and for the frames of a film."""
    still = jpeg(photo(photos / "cat.jpg"))
    for number in range(4):
        (tmp_path / f"{number}.jpg").write_bytes(still)
    assert main(["--photos", str(tmp_path), "--frames", "2"]) == 0
    assert "another photo" in capsys.readouterr().out
    assert main(["--video", str(tmp_path), "--fps", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["0.1", "s", "later", "3", *["100.0"] * 13]
