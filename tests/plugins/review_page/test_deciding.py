"""The review page without scripts: forms and links, on real files."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from .conftest import Serve
from .shoot import Served, paint, tag

CATS = [f"cat-{number}.jpg" for number in range(4)]
SEEN = {name: {"Cat": 0.9 - 0.1 * n} for n, name in enumerate(CATS)} | {"sea.jpg": {"Beach": 0.6}}
_IDS = re.compile(r'name="photo" value="(\d+)"')


async def _shoot(home: Path) -> Path:
    folder = home / "album"
    paint(folder, [*CATS, "sea.jpg"])
    await tag(home, folder, SEEN, caption="By the <sea>")
    return folder


def _tags(photo: Path) -> list[str]:
    command = ["exiftool", "-j", "-XMP-digiKam:TagsList", str(photo)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    found: list[str] | str = json.loads(done.stdout)[0].get("TagsList", [])
    return [found] if isinstance(found, str) else found


async def test_a_group_is_accepted_but_one(tmp_path: Path, start: Serve) -> None:
    """What is chosen is written before the end; what was left out waits, and undo takes it back."""
    folder = await _shoot(tmp_path)
    served = start()
    queue = served.get("/")
    assert "5 suggestions in 2 groups" in queue
    assert "4 photos" in queue
    page = served.get("/next")
    ids = _IDS.findall(page)
    assert len(ids) == 4
    assert "memory</span> says <q>Cat</q>" in page
    answer = served.post("/decide", concept="animals/cat", choice="accept", photo=ids[:3])
    assert "Accepted <strong>Cat</strong>" in answer.text
    assert "likely to be right" not in page
    assert re.search(r"decided, \d\d% likely to be right", served.get("/next"))
    assert _IDS.findall(served.get("/group?key=" + f"{ids[3]}:animals/cat")) == ids[3:]
    served.post("/decide", concept="beach", choice="reject", photo=_ids_of(served, "beach"))
    (batch,) = set(re.findall(r'name="batch" value="([^"]+)"', served.get("/next")))
    assert "Undo" in served.post("/undo", batch=batch).text
    assert "2 suggestions" in served.get("/")
    code, said = served.interrupt()
    assert (code, "Written: 3 photos." in said) == (0, True)
    assert [_tags(folder / name) for name in CATS] == [["Animals/Cat"]] * 3 + [[]]
    assert _tags(folder / "sea.jpg") == []


def _ids_of(served: Served, concept: str) -> list[str]:
    return _IDS.findall(served.get(f"/next?concept={concept}"))


async def test_refining_and_adding(tmp_path: Path, start: Serve) -> None:
    """Another concept, a new one on the spot, and a tag of one's own."""
    folder = await _shoot(tmp_path)
    served = start()
    sea = _ids_of(served, "Beach")
    asked = served.post("/decide", concept="beach", choice="refine", name="Lagoon", photo=sea)
    assert asked.status_code == 422
    assert "“Lagoon” is new" in asked.text
    fields = {"concept": "beach", "choice": "refine", "photo": sea, "how": "concept"}
    made = served.post("/name", name="Lagoon", where="Beach", **fields)
    assert made.status_code == 200
    assert "Lagoon" in (tmp_path / "mine.yaml").read_text()
    cats = _ids_of(served, "Cat")
    served.post("/decide", concept="animals/cat", to="animals/dog", photo=cats[:1])
    page = served.post("/decide", choice="add", name="City", photo=cats[1:2], back=cats[1])
    assert page.url.path == f"/photo/{cats[1]}"
    assert served.interrupt()[0] == 0
    assert _tags(folder / "sea.jpg") == ["Beach/Lagoon"]
    assert _tags(folder / CATS[0]) == ["Animals/Dog"]
    assert _tags(folder / CATS[1]) == ["City"]


async def test_all_other_pages(tmp_path: Path, start: Serve) -> None:
    """Search, photo, proposals, costs, runs with undo, and what makes no sense."""
    folder = await _shoot(tmp_path)
    served = start("--min", "0.55", str(folder))
    assert f"{served.host}/?min=0.55&folder=" in served.link
    assert served.client.get(served.link).status_code == 200
    ids = _ids_of(served, "Cat")
    served.post("/decide", concept="animals/cat", choice="accept", photo=ids)
    found = served.get("/search?q=seaside")
    assert "0 photos" in found
    assert "5 photos" in served.get("/search?q=sea")
    photo = served.get(f"/photo/{ids[0]}")
    assert "By the &lt;sea&gt;" in photo
    assert "cat-0.jpg" in photo
    assert "Nothing to propose" in served.get("/proposals")
    assert "No vision service was asked" in served.get("/costs?by=model")
    runs = served.get("/runs")
    (run,) = set(re.findall(r'name="run" value="([^"]+)"', runs))
    assert "Take back the run" in served.post("/runs/preview", run=run).text
    assert served.post("/runs/undo", run=run).url.path == "/runs"
    for path in ("/?min=x", "/?from=soon", "/?concept=Unicorn", "/?max=7"):
        answer = served.client.get(path)
        assert (answer.status_code, "That did not work" in answer.text) == (400, True), path
    assert served.client.get("/photo/999").status_code == 404
    assert served.client.get("/nothing").status_code == 404
    assert served.post("/decide", concept="beach", choice="accept").status_code == 400
    assert served.post("/decide", concept="beach", choice="eat", photo=ids).status_code == 400


async def test_what_was_written_can_be_rejected_and_that_taken_back(
    tmp_path: Path, start: Serve
) -> None:
    """By itself, on the page of its photo; the list of decisions is gone on with."""
    paint(tmp_path / "album", ["cat.jpg"])
    await tag(tmp_path, tmp_path / "album", {"cat.jpg": {"Cat": 1.0, "Beach": 0.5}})
    photo = tmp_path / "album" / "cat.jpg"
    assert _tags(photo) == ["Animals/Cat"]
    served = start()
    assert 'aria-label="Accept Cat"' not in served.get("/photo/1")
    assert 'aria-label="Reject Cat"' in served.get("/photo/1")
    fields = {"concept": "animals/cat", "choice": "reject", "photo": "1", "back": "1"}
    page = served.post("/decide", **fields)
    assert (page.url.path, "Reject Cat" in page.text) == ("/photo/1", False)
    assert served.interrupt()[0] == 0
    assert _tags(photo) == []
    again = start()
    (batch,) = re.findall(r'name="batch" value="([^"]+)"', again.get("/decisions"))
    assert again.post("/undo", batch=batch, back="decisions").url.path == "/decisions"
    assert again.interrupt()[0] == 0
    assert _tags(photo) == ["Animals/Cat"]


async def test_pictures_and_news(tmp_path: Path, start: Serve) -> None:
    """Renditions come from a directory of their own, and writing is told as it goes on."""
    await _shoot(tmp_path)
    served = start()
    (first, *_) = _ids_of(served, "Cat")
    picture = served.client.get(f"/pictures/small/{first}")
    assert picture.headers["content-type"] == "image/jpeg"
    assert "max-age" in picture.headers["cache-control"]
    kept = list((tmp_path / "state" / "renditions").rglob("*.jpg"))
    assert [path.read_bytes() for path in kept] == [picture.content]
    served.post("/decide", concept="animals/cat", choice="accept", photo=[first])
    with served.client.stream("GET", "/events") as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        for line in events.iter_lines():
            if line and json.loads(line.removeprefix("data: "))["written"] == 1:
                break
    assert served.interrupt()[0] == 0
