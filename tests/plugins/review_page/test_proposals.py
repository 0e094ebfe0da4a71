"""Proposals on the review page: adopted, made a word for a concept, ignored; without scripts."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from .conftest import Serve
from .shoot import Served, paint, tag

NAMES = ["a.jpg", "b.jpg", "c.jpg"]


@pytest.fixture
async def served(tmp_path: Path, start: Serve) -> Served:
    """A review of photos of which something was said that the vocabulary does not cover."""
    paint(tmp_path / "album", NAMES)
    seen = {"a.jpg": {"-lagune": 0.95, "beech": 0.9}, "b.jpg": {"-Lagune": 0.6}, "c.jpg": {}}
    await tag(tmp_path, tmp_path / "album", seen)
    return start()


def _tags(photo: Path) -> object:
    command = ["exiftool", "-j", "-XMP-digiKam:TagsList", str(photo)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    return json.loads(done.stdout)[0].get("TagsList")


def _adopt(served: Served, label: str, **fields: str) -> str:
    assert f"“{label}”" in served.get(f"/proposals/label?label={label}")
    answer = served.post("/proposals/label", label=label, **fields)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_label_is_adopted_and_photos_judged_anew(tmp_path: Path, served: Served) -> None:
    """As a concept with a name of its own; what is sure is written, and the run can be undone."""
    assert "-lagune" in served.get("/proposals")
    told = _adopt(served, "-lagune", how="concept", where="Beach", name="Lagoon")
    assert "said of 2 photos" in told
    assert "Beach" in told
    assert "lagune" not in served.get("/proposals")
    written = (tmp_path / "mine.yaml").read_text(encoding="utf-8")
    assert "Lagoon" in written
    assert '"-lagune"' in written
    runs = served.post("/proposals/judge", label="-lagune", concept="beach/lagoon")
    assert (runs.url.path, "remap" in runs.text) == ("/runs", True)
    assert _tags(tmp_path / "album" / "a.jpg") == "Beach/Lagoon"
    assert _tags(tmp_path / "album" / "b.jpg") is None
    assert "1 suggestion in 1 group" in served.get("/?concept=Lagoon")
    assert served.interrupt()[0] == 0


async def test_a_label_becomes_a_word_for_a_concept_that_is_like_it(
    tmp_path: Path, served: Served
) -> None:
    """By one button; its photos are judged anew only if that is asked for."""
    assert 'name="where" value="beach"' in served.get("/proposals/label?label=beech")
    _adopt(served, "beech", how="word", where="beach")
    assert "also: [seaside, beech]" in (tmp_path / "mine.yaml").read_text(encoding="utf-8")
    assert "beech" not in served.get("/proposals")
    assert _tags(tmp_path / "album" / "a.jpg") is None
    assert served.interrupt()[0] == 0


async def test_what_makes_no_sense_changes_nothing(tmp_path: Path, served: Served) -> None:
    """Labels that nobody said, concepts that there are not or are there already, and no concept."""
    before = (tmp_path / "mine.yaml").read_bytes()
    for fields in (
        {"label": "unicorn", "how": "concept"},
        {"label": "beech", "how": "word"},
        {"label": "beech", "how": "word", "where": "Unicorn"},
        {"label": "beech", "how": "concept", "where": "Unicorn"},
        {"label": "beech", "how": "concept", "name": "Beach"},
        {"label": "beech", "how": "magic", "where": "Beach"},
    ):
        answer = served.post("/proposals/label", **fields)
        assert answer.status_code == 400, fields
    for fields in (
        {"label": "beech", "concept": "unicorn"},
        {"label": "a\0b", "concept": "beach"},
    ):
        assert served.post("/proposals/judge", **fields).status_code == 400, fields
    assert served.client.get("/proposals/label?label=unicorn").status_code == 400
    assert (tmp_path / "mine.yaml").read_bytes() == before
    served.post("/proposals/ignore", label="BEECH")
    assert "beech" not in served.get("/proposals")
    assert served.interrupt()[0] == 0
