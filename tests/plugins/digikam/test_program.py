"""Both ways with a real digiKam: what is meant is what it shows, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.adapters.digikam.program import MISSING, Digikam, major_version
from tests.adapters.digikam.recording import WRITTEN

from .conftest import Done

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]

OURS = "Farben/BROWN"
VOCABULARY = "name: Mine\nconcepts:\n  Farben:\n    narrower:\n      BROWN:\n"
RULE = """
[[rule]]
name = "Brown ones"
when.all = ["BROWN"]
then.caption = "A cup of coffee"
then.title = "Brown"
then.rating = 5
then.colour_label = "green"
"""
REGION = "{Area={X=0.5,Y=0.5,W=0.2,H=0.2,Unit=normalized},Name=Anna Smith,Type=Face}"
FACE = f"{{AppliedToDimensions={{W=100,H=100,Unit=pixel}},RegionList=[{REGION}]}}"
# One photo for each field that a keyword of its owner's may stand in alone.
FIELDS = {
    "dc.jpg": ["-XMP-dc:Subject=Holiday"],
    "lr.jpg": ["-XMP-lr:HierarchicalSubject=Trips|Rome"],
    "iptc.jpg": ["-IPTC:Keywords=Family"],
    "windows.jpg": ["-XMP-microsoft:LastKeywordXMP=Work/Fair"],
    "face.jpg": ["-XMP-digiKam:TagsList=People/Anna Smith", f"-RegionInfo={FACE}"],
    "database.jpg": [],
    "deleted.jpg": [],
    "quotes' \"and $HOME.jpg": [],
}
THEIRS = {
    "dc.jpg": ["Holiday"],
    "lr.jpg": ["Trips/Rome"],
    "iptc.jpg": ["Family"],
    "windows.jpg": ["Work/Fair"],
    "face.jpg": ["People/Anna Smith"],
    "sidecar.jpg": ["Beside/It"],
    "everything.jpg": ["People/Anna Smith", "Places/Rome"],
}
MEANT = {
    name: sorted([*THEIRS.get(name, []), OURS])
    for name in (*FIELDS, "sidecar.jpg", "fresh.jpg", "everything.jpg")
} | {"database.jpg": [OURS, "Private/Diary"]}


@dataclass(slots=True)
class Scene:
    """A digiKam and an album, with what was seen of both on the way."""

    digikam: Digikam
    album: Path
    tagwright: Callable[..., Done]
    clears: bool
    seen: dict[str, Any] = field(default_factory=dict)

    def run(self, sql: str) -> None:
        """Change digiKam's database while it does not run."""
        with closing(sqlite3.connect(self.digikam.database)) as connection:
            connection.executescript(sql)

    def sync(self, *options: str) -> Done:
        """Run ``tagwright digikam sync``."""
        return self.tagwright("digikam", "sync", "--database", self.digikam.rc, *options)


def test_both_ways(tmp_path: Path, photos: Path) -> None:
    """What happens between a person, Tagwright and digiKam in three of digiKam's sessions.

    One test, for each session takes seconds. digiKam 8 replaces its tags by those in a photo; 7.9
    loses the same when it clears what its database has before it reads a photo again.
    """
    album = tmp_path / "album"
    _make_album(album, photos)
    with Digikam(tmp_path / "digikam", album) as digikam:
        scene = Scene(digikam, album, _command(tmp_path, digikam), major_version() < 8)
        digikam.configure(
            Rescan_File_If_Modified="true",
            Clear_Metadata_If_Rescan=str(scene.clears).lower(),
            Save_Tags="true",
            Use_XMP_Sidecar_For_Reading="true",
        )
        _first(scene, tmp_path)
        _a_fresh_album(scene)
        _checked(scene)
        _second(scene, photos)
        _nothing_is_lost(scene)
        _what_else_it_knows_stays(scene)
        _a_running_digikam_is_asked(scene)
        _third(scene)
        _deleted_there_is_rejected_here(scene)


def _make_album(album: Path, photos: Path) -> None:
    album.mkdir()
    for number, name in enumerate((*FIELDS, "sidecar.jpg", "fresh.jpg")):
        _brown_picture(photos, album / name, number)
        if fields := FIELDS.get(name):
            _exiftool(*fields, str(album / name))
    _exiftool("-XMP-digiKam:TagsList=Beside/It", str(album / "sidecar.jpg.xmp"))
    shutil.copyfile(photos / "grass-bw.jpg", album / "control.jpg")
    shutil.copyfile(WRITTEN / "everything.jpg", album / "everything.jpg")


def _brown_picture(photos: Path, to: Path, number: int) -> None:
    """Make a picture of its own: what is rejected on a picture is so on all its copies."""
    with Image.open(photos / "coffee.jpg") as picture:
        picture.crop((0, 0, picture.width - number, picture.height)).save(to)


def _exiftool(*arguments: str) -> None:
    subprocess.run(["exiftool", "-q", "-overwrite_original", *arguments], check=True)


def _command(place: Path, digikam: Digikam) -> Callable[..., Done]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TAGWRIGHT_", "XDG_"))}
    environment = kept | digikam.environment | {"PYTHONWARNINGS": "error"}

    def run(*arguments: str | Path) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "tagwright_plugins.cli", *arguments],
            cwd=place,
            env=environment,
            capture_output=True,
            timeout=300,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


def _first(scene: Scene, place: Path) -> None:
    """A photo is tagged before digiKam first sees the album; then tags come to its database."""
    (place / "mine.yaml").write_text(VOCABULARY)
    (place / "tagwright.toml").write_text(RULE)
    scene.seen["tag"] = scene.tagwright(
        "tag", scene.album / "fresh.jpg", "--taxonomy", place / "mine.yaml"
    )
    scene.digikam.begin()
    scene.digikam.quit(scene.digikam.start())
    scene.seen["first"] = scene.digikam.tags()
    scene.seen["fresh"] = _known(scene.digikam, "fresh.jpg")
    scene.seen["known"] = _known(scene.digikam, "everything.jpg")
    scene.run(
        "PRAGMA journal_mode=WAL;"  # in which digiKam 8 can be set to have it
        "INSERT INTO Tags (id, pid, name) VALUES (1000, 0, 'Private'), (1001, 1000, 'Diary');"
        "INSERT INTO ImageTags SELECT id, 1001 FROM Images"
        " WHERE name IN ('database.jpg', 'control.jpg');"
    )
    _exiftool("-XMP-dc:Title=Changed elsewhere", str(scene.album / "control.jpg"))
    scene.seen["check"] = scene.tagwright("digikam", "check", "--database", scene.digikam.rc)
    scene.seen["sync"] = scene.sync("--json")


def _second(scene: Scene, photos: Path) -> None:
    """digiKam starts again; while it runs a photo comes, and it is asked to look."""
    digikam = scene.digikam
    running = digikam.start()
    scene.seen["second"] = digikam.tags()
    scene.seen["known again"] = _known(digikam, "everything.jpg")
    _brown_picture(photos, scene.album / "later.jpg", len(MEANT))
    assert Path(f"{digikam.database}-wal").exists()
    scene.seen["scan"] = scene.sync("--scan")
    digikam.wait(running, lambda: OURS in digikam.tags().get("later.jpg", ()))
    digikam.quit(running)


def _third(scene: Scene) -> None:
    """A person takes our tag from a photo, and digiKam writes that to the file."""
    digikam, photo = scene.digikam, scene.album / "deleted.jpg"
    scene.run(
        "DELETE FROM ImageTags WHERE imageid = (SELECT id FROM Images WHERE name = 'deleted.jpg')"
    )
    before = photo.stat().st_mtime_ns
    running = digikam.start()
    digikam.write_album(running, lambda: photo.stat().st_mtime_ns != before)
    digikam.quit(running)
    scene.seen["written"] = _tags_in(photo)
    scene.seen["last"] = [scene.sync(), scene.sync("--force")]


def _tags_in(photo: Path) -> list[str]:
    command = ["exiftool", "-s3", "-sep", ";", "-XMP-digiKam:TagsList", str(photo)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return list(filter(None, done.stdout.strip().split(";")))


def _a_fresh_album(scene: Scene) -> None:
    """What was tagged before digiKam first looked stands in its tree as it was meant."""
    assert scene.seen["tag"].code == 0
    assert scene.seen["first"] == {name: [] for name in (*MEANT, "control.jpg")} | THEIRS | {
        "fresh.jpg": [OURS]
    }
    known = dict(scene.seen["fresh"])
    assert {name: known[name] for name in ("text 1", "text 3", "rating", "label")} == {
        "text 1": "A cup of coffee",
        "text 3": "Brown",
        "rating": 5,
        "label": "Color Label Green",
    }


def _checked(scene: Scene) -> None:
    """The real settings and database are understood: all flows, and what is at risk is told."""
    done = scene.seen["check"]
    assert done.code == 0, done.out
    assert f"collection: photos: {scene.album}\n" in done.out
    assert "RISK   tags in the database alone" in done.out
    clears = "'Clean up the metadata from the database when rescan files' is on"
    replaces = "digiKam 8 replaces its tags by those in the file when both switches are on"
    assert (clears in done.out, replaces in done.out) == (scene.clears, not scene.clears)


def _nothing_is_lost(scene: Scene) -> None:
    """Each photo has ours and its owner's, whichever field they stood in, and also if in none."""
    assert scene.seen["sync"].code == 0
    seen = dict(scene.seen["second"])
    assert seen.pop("control.jpg") == []  # what nobody joined is lost: the danger is real
    assert seen == MEANT


def _known(digikam: Digikam, name: str) -> list[tuple[object, ...]]:
    """Return what digiKam knows of a photo beside its tags."""
    query = (
        "WITH Photo AS (SELECT id FROM Images WHERE name = ?)"
        " SELECT property, value FROM ImageTagProperties JOIN Photo ON id = imageid"
        " UNION SELECT 'rating', rating FROM ImageInformation JOIN Photo ON id = imageid"
        " UNION SELECT 'place', latitude || longitude FROM ImagePositions"
        " JOIN Photo ON id = imageid"
        " UNION SELECT 'text ' || type, comment FROM ImageComments"
        " JOIN Photo ON Photo.id = imageid"
        " UNION SELECT 'label', name FROM ImageTags JOIN Photo ON Photo.id = imageid"
        " JOIN Tags ON Tags.id = tagid WHERE name LIKE '% Label %'"
        " UNION SELECT 'history', replace(substr(history, instr(history, '<filter')), ' ', '')"
        " FROM ImageHistory JOIN Photo ON id = imageid"
    )
    with closing(sqlite3.connect(f"file:{digikam.database}?mode=ro", uri=True)) as connection:
        return sorted(connection.execute(query, [name]).fetchall())


def _what_else_it_knows_stays(scene: Scene) -> None:
    """It read the photos anew, after we wrote them: faces, place, texts, labels and history."""
    assert scene.seen["known again"] == scene.seen["known"]
    kinds = {str(kind) for kind, _ in scene.seen["known"]}
    assert kinds == {"history", "label", "place", "rating", "tagRegion", "text 1", "text 3"}


def _a_running_digikam_is_asked(scene: Scene) -> None:
    """It looked at once; that it did was waited for."""
    done = scene.seen["scan"]
    assert done.code == 0
    assert "Asked 1 digiKam to look for what has changed." in done.err


def _deleted_there_is_rejected_here(scene: Scene) -> None:
    """digiKam wrote the photo without our tag, and it never comes back."""
    assert scene.seen["written"] == []
    assert [done.code for done in scene.seen["last"]] == [0, 0]
    assert _tags_in(scene.album / "deleted.jpg") == []
    assert sorted(_tags_in(scene.album / "dc.jpg")) == [OURS, "Holiday"]
    assert "deleted in the library" in scene.tagwright("history", scene.album / "deleted.jpg").out
    assert "rejected" not in scene.tagwright("history", scene.album / "dc.jpg").out
