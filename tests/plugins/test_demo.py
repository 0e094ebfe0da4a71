"""``make try``: copies are tagged, and the contact sheet is there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

DEMO = (sys.executable, "-m", "tagwright_plugins.demo")


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*DEMO, *arguments], capture_output=True, text=True, timeout=120, check=False
    )


def test_a_persons_own_photos_are_copied_not_touched(tmp_path: Path, photos: Path) -> None:
    """A folder with a space in its name, and a photo a level deeper."""
    own = tmp_path / "my pictures"
    (own / "2024").mkdir(parents=True)
    shutil.copy(photos / "coffee.jpg", own)
    shutil.copy(photos / "grass-bw.jpg", own / "2024")
    before = {path: path.read_bytes() for path in own.rglob("*.jpg")}
    done = _run("--photos", own, "--into", tmp_path / "try")
    assert done.returncode == 0, done.stderr
    assert {path: path.read_bytes() for path in own.rglob("*.jpg")} == before
    assert (tmp_path / "try" / "photos" / "2024" / "grass-bw.jpg").is_file()
    assert "Black and white" in (tmp_path / "try" / "contact-sheet.html").read_text()
    assert "invented" not in done.stdout


def test_the_samples_say_what_is_invented(tmp_path: Path, photos: Path) -> None:
    """They carry no place and time of their own."""
    done = _run("--samples", photos, "--into", tmp_path / "try")
    assert done.returncode == 0, done.stderr
    assert "invented" in done.stdout
    assert "10 photos" in done.stdout
    assert "Next:" in done.stdout


def test_nothing_there(tmp_path: Path) -> None:
    """A wrong path is said, and nothing is made."""
    done = _run("--photos", tmp_path / "nowhere", "--into", tmp_path / "try")
    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert not (tmp_path / "try").exists()
