"""Bursts from the command line: JPEGs with a camera's EXIF, against a service on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image
from PIL.ExifTags import IFD, Base
from tests.adapters.llm.replies import answer, chat
from tests.adapters.llm.server import KEY, ModelServer
from tests.quality.frames import photo, shaken

CAT = {"label": "kitten", "confidence": 0.95, "kind": "object", "synonyms": []}


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A service whose every request must be in order."""
    made = ModelServer()
    made.start()
    made.plays(chat(answer(tags=[CAT], caption="A cat.")))
    yield made
    made.stop()
    assert made.faults == []


@pytest.fixture
def ask(tagwright: Any, server: ModelServer, tmp_path: Path) -> Callable[..., Any]:
    """Run ``tagwright`` with that service as its tagger."""
    (tmp_path / "tagwright.toml").write_text(
        'taggers = ["openai-compatible:gpt-4o-mini"]\n'
        f'[tagger.openai-compatible]\nbase_url = "{server.url}/v1"\n'
    )
    keys = {"OPENAI_COMPATIBLE_API_KEY": KEY}
    return lambda *arguments: tagwright(*arguments, env=keys)


@pytest.fixture
def burst(tmp_path: Path, photos: Path) -> Path:
    """Six frames of a cat in one second, and two more half a minute later."""
    folder = tmp_path / "burst"
    folder.mkdir()
    random, cat = Random(2), photo(photos / "cat.jpg")
    for number in range(8):
        exif = Image.Exif()
        exif[Base.Make], exif[Base.Model] = "Canon", "EOS R5"
        second = 10 if number < 6 else 40
        exif.get_ifd(IFD.Exif).update(
            {
                Base.DateTimeOriginal: f"2026:05:01 12:00:{second}",
                Base.SubsecTimeOriginal: str(number),
            }
        )
        frame = shaken(cat, random, 0.004)
        frame.save(folder / f"IMG_{number:04d}.jpg", quality=92, exif=exif)
    return folder


def test_a_burst_is_paid_for_once(ask: Any, server: ModelServer, burst: Path, read: Any) -> None:
    """All frames are tagged; the summary and each copy say whose answer it is."""
    done = ask("tag", burst, "--explain")
    assert done.code == 0, done.err
    assert len(server.received) == 2
    assert "6 answers shared between frames of bursts (--no-bursts asks for each)" in done.out
    assert done.out.count("a frame of the same burst") == 6
    for path in burst.iterdir():
        assert read(path, "-XMP-digiKam:TagsList") == {"XMP-digiKam:TagsList": ["Animals/Cat"]}
    again = ask("tag", burst, "--force", "--json")
    assert len(server.received) == 2
    seen = [one["observations"] for one in again.objects if one["type"] == "photo"]
    notes = [first.get("how", "") for first, *_ in seen]
    assert sum("a frame of the same burst" in note for note in notes) == 6
    assert again.summary["shared"] == 0


def test_each_frame_is_asked_about_where_the_user_says_so(
    ask: Any, server: ModelServer, burst: Path
) -> None:
    """Also after they have shared an answer."""
    ask("tag", burst)
    done = ask("tag", burst, "--no-bursts", "--force", "--json")
    assert done.code == 0, done.err
    assert (len(server.received), done.summary["shared"]) == (8, 0)


@pytest.mark.parametrize("bound", ["seconds = 0", "share = false"])
def test_the_bounds_can_be_set(
    ask: Any, server: ModelServer, burst: Path, tmp_path: Path, bound: str
) -> None:
    """Narrow ones share nothing between shaken frames of different times."""
    with (tmp_path / "tagwright.toml").open("a") as file:
        file.write(f"[bursts]\n{bound}\n")
    assert ask("tag", burst, "--json").summary["shared"] == 0
    assert len(server.received) == 8


def test_bounds_that_make_no_sense_are_refused(ask: Any, burst: Path, tmp_path: Path) -> None:
    with (tmp_path / "tagwright.toml").open("a") as file:
        file.write("[bursts]\ndistance = 60\n")
    done = ask("tag", burst)
    assert done.code == 2
    assert "bursts.distance" in done.err
