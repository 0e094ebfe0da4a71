"""The tree that a real digiKam has, while it runs and after."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tagwright_adapters.vocabularies.digikam import from_digikam
from tagwright_adapters.vocabularies.vocabulary import Vocabulary

from .program import MISSING, Digikam

SIZE = "{W=100,H=100,Unit=pixel}"
FACE = "{Area={X=0.5,Y=0.5,W=0.2,H=0.2,Unit=normalized},Name=Anna Smith,Type=Face}"
KEYWORDS = {
    "cat.jpg": ["-XMP-digiKam:TagsList=Places/France/Paris", "-XMP-digiKam:TagsList=Animals/Cat"],
    "coffee.jpg": ["-XMP-digiKam:TagsList=animals/cat", "-XMP-digiKam:TagsList=Tagwright/Mine"],
    "rocket.jpg": ["-XMP-lr:HierarchicalSubject=Music|AC/DC live", "-XMP-dc:Subject=unread"],
    "flower.jpg": [
        "-XMP-digiKam:TagsList=People/Anna Smith",
        "-XMP-digiKam:TagsList=People/Crowd",
        f"-RegionInfo={{AppliedToDimensions={SIZE},RegionList=[{FACE}]}}",
    ],
}
EXPECTED = [
    "Animals",
    "Animals/Cat",
    "Music",
    r"Music/AC\DC live",
    "People",
    "People/Crowd",
    "Places",
    "Places/France",
    "Places/France/Paris",
]


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
def test_the_tree_of_a_real_digikam(tmp_path: Path, photos: Path) -> None:
    """What digiKam made of the photos' keywords is read, and nothing of it changes."""
    album = tmp_path / "album"
    album.mkdir()
    for name, fields in KEYWORDS.items():
        shutil.copyfile(photos / name, album / name)
        command = ["exiftool", "-q", "-overwrite_original", *fields, str(album / name)]
        subprocess.run(command, check=True)
    with Digikam(tmp_path / "digikam", album) as digikam:
        digikam.begin()
        running = digikam.start()
        before = states(digikam.database.parent)
        during = from_digikam(digikam.rc)
        assert states(digikam.database.parent) == before
        assert running.poll() is None
        digikam.quit(running)
        before = states(digikam.database.parent)
        after = from_digikam(digikam.database.parent)
        assert states(digikam.database.parent) == before
        digikam.quit(digikam.start())
    assert paths(during) == paths(after) == EXPECTED
    assert during.taxonomy.key == after.taxonomy.key
    assert {
        path: one for path, one in zip(EXPECTED, during.photos.values(), strict=True) if one
    } == {
        "Animals/Cat": 2,
        r"Music/AC\DC live": 1,
        "People/Crowd": 1,
        "Places/France/Paris": 1,
    }
    with closing(sqlite3.connect(digikam.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def paths(imported: Vocabulary) -> list[str]:
    """Return all paths."""
    taxonomy = imported.taxonomy
    return ["/".join(taxonomy.path(concept.id)) for concept in taxonomy]


def states(folder: Path) -> dict[str, tuple[int, str]]:
    """Return what each file of the tag database is; a ``-shm`` holds only locks."""
    return {
        path.name: (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in folder.glob("digikam4.db*")
        if not path.name.endswith("-shm")
    }
