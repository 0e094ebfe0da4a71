"""Several files of one shot, from the command line."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from PIL import Image

MINE = ("--taxonomy", "mine.yaml")


def test_the_picture_alone(tagwright: Any, tmp_path: Path, photos: Path) -> None:
    """``pairs = "primary"`` is said of each file and in the summary, and undone by "both"."""
    folder = tmp_path / "album"
    folder.mkdir()
    shutil.copy(photos / "grass-bw.jpg", folder / "a.jpg")
    Image.new("RGB", (64, 48), "green").save(folder / "a.nef", "TIFF")
    (tmp_path / "tagwright.toml").write_text('[files]\npairs = "primary"\n')
    alone = tagwright("tag", folder, *MINE, "--explain")
    assert alone.code == 0, alone.err
    assert "passed    a.jpg, of the same shot, is tagged for it" in alone.out
    assert "1 tagged, 1 tagged by another file of the same shot" in alone.out
    assert not (folder / "a.nef.xmp").exists()
    (tmp_path / "tagwright.toml").unlink()
    both = tagwright("tag", folder, *MINE, "--json")
    assert (both.summary["passed"], both.summary["tagged"]) == (0, 2)
    assert "Black and white" in (folder / "a.nef.xmp").read_text()
