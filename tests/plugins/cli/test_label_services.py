"""A label service from the command line to the tags, against a server on loopback."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.adapters.label_services.google_service import CAT, KEY
from tests.adapters.label_services.server import LabelServer
from tests.adapters.label_services.vendors import GOOGLE


@pytest.fixture
def server() -> Iterator[LabelServer]:
    """Google Cloud Vision, whose every request must be in order."""
    made = LabelServer(GOOGLE.check)
    made.start()
    yield made
    made.stop()
    assert made.faults == []


@pytest.fixture
def ask(tagwright: Any, server: LabelServer, tmp_path: Path) -> Callable[..., Any]:
    """Run ``tagwright`` with that service as its tagger."""
    (tmp_path / "tagwright.toml").write_text(
        'taggers = ["google-vision"]\n[run]\npatience = 60\n'
        f'[tagger.google-vision]\nbase_url = "{server.url}"\n'
    )

    def run(*arguments: str | Path) -> Any:
        return tagwright(*arguments, env={"GOOGLE_VISION_API_KEY": KEY})

    return run


@pytest.fixture
def cats(tmp_path: Path, photos: Path) -> Path:
    """Four different photos, one of them taken with the camera on its side."""
    folder = tmp_path / "cats"
    folder.mkdir()
    for name in ("cat.jpg", "coffee.jpg", "rocket.jpg"):
        shutil.copy(photos / name, folder)
    with Image.open(photos / "flower.jpg") as image:
        exif = image.getexif()
        exif[0x0112] = 6  # to be turned right
        side = image.resize((640, 480))
    side.save(folder / "side.jpg", exif=exif)
    return folder


def test_photos_are_tagged_while_the_service_is_over_its_rate(
    ask: Any, server: LabelServer, cats: Path, read: Any, tmp_path: Path
) -> None:
    """429s are waited out; upright pictures go, tags come; nothing is asked twice."""
    server.plays(GOOGLE.busy(Retry_After="1"), GOOGLE.busy(), GOOGLE.down, CAT)
    first = ask("tag", cats, "--json")
    assert first.code == 0, first.err
    assert first.summary["changed"] == 4
    assert len(server.received) == 4 + 3
    assert float(first.summary["spent"]["usd"]) == pytest.approx(4 * 0.0015)
    tags = read(cats / "side.jpg", "-XMP-digiKam:TagsList")
    assert tags["XMP-digiKam:TagsList"] == ["Animals/Cat"]
    sizes = []
    for picture in server.pictures:
        with Image.open(io.BytesIO(picture)) as image:
            sizes.append(image.size)
    assert (480, 640) in sizes
    assert (640, 480) not in sizes

    assert ask("tag", cats).code == 0
    assert ask("tag", cats, "--force").code == 0
    assert len(server.received) == 7
    kept = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
    assert kept
    assert all(KEY.encode() not in path.read_bytes() for path in kept)


def test_a_wrong_key_ends_the_run_at_once(ask: Any, server: LabelServer, cats: Path) -> None:
    """With exit code 2, the variable's name and not the key; the next run does it all."""
    server.plays(GOOGLE.unauthorised)
    done = ask("tag", cats)
    assert done.code == 2
    assert "GOOGLE_VISION_API_KEY" in done.err
    assert KEY not in done.err + done.out
    server.plays(CAT)
    assert ask("tag", cats, "--json").summary["changed"] == 4


def test_doctor_says_what_it_costs(ask: Any, server: LabelServer) -> None:
    """One made picture is shown."""
    server.plays(CAT)
    done = ask("doctor")
    assert "1.5 USD for 1,000 photos" in " ".join(done.out.split())
    assert len(server.pictures) == 1
