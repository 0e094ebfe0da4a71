"""The workflow, run by a real digiKam's Batch Queue Manager over names that break shells."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from tests.adapters.digikam.program import MISSING, Digikam

from .conftest import Done
from .residents import ending

VOCABULARY = "name: Mine\nconcepts:\n  Farben:\n    narrower:\n      BROWN:\n"
NAMES = [
    "two  words.jpg",
    'it\'s "quoted".jpg',
    "$HOME `id` $(id) %F.jpg",
    "-n --force.jpg",
    "back\\slash;&|.jpg",
    "a$OUTPUT of $INPUT.jpg",
    "line\nbreak\n.jpg",
    "ümläut \N{CAT FACE}.jpg",
]
BROKEN = "broken.jpg"


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
def test_a_queue_of_awkward_names(tmp_path: Path, photos: Path) -> None:
    """All photos are tagged, and digiKam shows it; what fails is as it was and stays queued."""
    album, state = tmp_path / "album", tmp_path / 'the "state" of $things'
    album.mkdir()
    for number, name in enumerate(NAMES):
        with Image.open(photos / "coffee.jpg") as picture:
            picture.crop((0, 0, picture.width - number, picture.height)).save(album / name)
    (album / BROKEN).write_bytes((photos / "coffee.jpg").read_bytes()[:3000])
    broken = (album / BROKEN).read_bytes()
    (tmp_path / "mine.yaml").write_text(VOCABULARY)
    (tmp_path / "its.toml").write_text(f'taxonomy = "{tmp_path}/mine.yaml"\n')
    with ending(state), Digikam(tmp_path / "digikam", album) as digikam:
        digikam.configure(Rescan_File_If_Modified="true", Save_Tags="true")
        tagwright = _command(tmp_path, digikam)
        done = tagwright("install", "--config", tmp_path / "its.toml", "--state", state)
        assert done.code == 0, done.err
        digikam.begin()
        running = digikam.start()
        digikam.run_queue(running, begun=(state / "digikam.starting").exists)
        digikam.wait(running, lambda: _is_over(digikam, album, state / "digikam.log"))
        assert digikam.tags()[BROKEN] == []
        last = tagwright("sync", "--json", "--config", tmp_path / "its.toml", "--state", state)
    # That digiKam put copies in their places and wrote its fields is no change of anybody's.
    assert (last.summary["changed"], last.summary["set_aside"]) == (0, 1)
    assert (album / BROKEN).read_bytes() == broken
    assert sorted(path.name for path in album.iterdir()) == sorted((*NAMES, BROKEN))


def _is_over(digikam: Digikam, album: Path, log: Path) -> bool:
    """Say whether digiKam knows the tags, and was the last to write each photo."""
    seen = digikam.tags()
    return (
        all(seen.get(name) == ["Farben/BROWN"] for name in NAMES)
        and all(b"Exiv2" in (album / name).read_bytes() for name in NAMES)
        and f"{BROKEN}: failed" in log.read_text()
        and not list(album.glob("*.digikamtempfile.*"))
    )


def _command(place: Path, digikam: Digikam) -> Callable[..., Done]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TAGWRIGHT_", "XDG_"))}

    def run(*arguments: str | Path) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "tagwright_plugins.cli", "digikam", *arguments],
            cwd=place,
            env=kept | digikam.environment,
            capture_output=True,
            timeout=60,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run
