"""The process that tags photos for digiKam, and those who hand photos to it."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from tests.adapters.digikam.making import add_root, make_database, make_settings
from tests.adapters.label_services import google_service
from tests.adapters.label_services.server import LabelServer
from tests.adapters.label_services.vendors import GOOGLE

from tagwright.state.owners import Owner
from tagwright_plugins.digikam.resident.client import NotYetError, ask
from tagwright_plugins.digikam.resident.protocol import address

from .conftest import Tagwright
from .residents import ending, find

LIST = "XMP-digiKam:TagsList"
TREE = ((10, 0, "Farben"), (11, 10, "BROWN"))
Read = Callable[..., dict[str, Any]]


@pytest.fixture
def state(tmp_path: Path, album: Path) -> Iterator[Path]:
    """The state directory of a user of digiKam, whose collection is the album."""
    database = make_database(tmp_path / "digikam4.db", *TREE)
    add_root(database, f"volumeid:?path={album}")
    _set(tmp_path, "Rescan File If Modified=true", "Save Tags=true")
    state = tmp_path / "state/tagwright"
    with ending(state):
        yield state


def test_photos_are_handed_over(
    tagwright: Tagwright, album: Path, state: Path, tmp_path: Path, home: dict[str, str], read: Read
) -> None:
    """The first one starts it; all that follow, of either kind, go to the same, as one run."""
    photo = (album / "coffee.jpg").rename(album / "-it's $a `b`\n.jpg")
    done = tagwright("digikam", "tag", "--", photo.relative_to(tmp_path), album / "missing.jpg")
    assert (done.code, done.out.splitlines()[0][:24]) == (1, "1 photo done, 1 failed. ")
    assert read(photo, f"-{LIST}") == {LIST: ["Farben/BROWN"]}
    resident = find(state)
    assert (state / "digikam.sock").stat().st_mode & 0o777 == 0o600
    assert tagwright("digikam", "install").code == 0
    said = tagwright("digikam", "check").out
    assert "batch queue: 'Tag with Tagwright' is among its workflows" in said
    (script,) = ET.parse(tmp_path / ".local/share/digikam/queue.xml").iterfind(".//parameter[2]")
    other = album / "deep/photographer-bw.jpg"
    assert other.read_bytes() == _as_digikam(script.get("value", ""), other, home)
    assert _as_digikam(script.get("value", ""), album / "missing.jpg", home) is None
    passing = other.rename(album / "BatchTool-Ab12-1.digikamtempfile.jpg")
    assert _as_digikam(script.get("value", ""), passing, home) is None
    (album / "link.jpg").symlink_to(other.name)
    assert _as_digikam(script.get("value", ""), album / "link.jpg", home) is None
    assert find(state) == resident
    with closing(sqlite3.connect(state / "tagwright.db")) as database:
        assert database.execute("SELECT kind FROM runs").fetchall() == [("tag",)]


def _as_digikam(script: str, photo: Path, home: dict[str, str]) -> bytes | None:
    """Run a script as digiKam does; return what it made, which there is only if all went well."""
    result = photo.parent / "BatchTool-xyz-1.digikamtempfile.jpg"
    pasted = script.replace("$INPUT", f'"{photo}"').replace("$OUTPUT", f'"{result}"')
    done = subprocess.run(["/bin/sh", "-c", pasted], env=home, timeout=60, check=False)
    assert (done.returncode == 0) == result.exists()
    if not result.exists():
        return None
    made = result.read_bytes()
    result.unlink()
    return made


def test_one_that_another_process_has_in_hand(
    tagwright: Tagwright, album: Path, state: Path, home: dict[str, str], read: Read
) -> None:
    """It is waited for, and done if it was let go as it was."""
    photo = album / "coffee.jpg"
    assert tagwright("digikam", "tag", album / "grass-bw.jpg").code == 0
    with closing(Owner(state / "owners")) as owner:
        _change(
            state,
            "INSERT INTO assets (folder_id, name, status, size, modified, owner, attempts, due_at)"
            " SELECT folder_id, ?, 'working', 1, 1, ?, 0, 0 FROM assets",
            photo.name,
            owner.id,
        )
        command = [sys.executable, "-m", "tagwright_plugins.cli", "digikam", "tag", str(photo)]
        with subprocess.Popen(command, env=home, cwd=album.parent) as asking:
            with pytest.raises(subprocess.TimeoutExpired):
                asking.wait(1.5)
            let_go = "UPDATE assets SET status = 'waiting', owner = NULL WHERE owner = ?"
            _change(state, let_go, owner.id)
            assert asking.wait(60) == 0
    assert read(photo, f"-{LIST}") == {LIST: ["Farben/BROWN"]}


def test_one_that_cannot_start_says_why(tagwright: Tagwright, album: Path, state: Path) -> None:
    """digiKam would see nothing of what is written."""
    _set(state.parents[1], "Rescan File If Modified=false")
    done = tagwright("digikam", "tag", album / "coffee.jpg")
    assert done.code == 1
    assert "'Rescan file when files are modified'" in done.err
    assert find(state) is None


def test_a_budget_is_not_begun_anew(
    tagwright: Tagwright, album: Path, state: Path, tmp_path: Path
) -> None:
    """What is asked for after the money has gone is told so, and costs nothing."""
    google = LabelServer(GOOGLE.check)
    google.start()
    google.plays(google_service.CAT)
    (tmp_path / "tagwright.toml").write_text(
        f'taggers = ["google-vision"]\nbudget.run = 0.002\n'
        f'tagger.google-vision.base_url = "{google.url}"\n'
    )
    key = {"GOOGLE_VISION_API_KEY": google_service.KEY}
    for _ in range(2):
        done = tagwright("digikam", "tag", *sorted(album.rglob("*.jpg")), env=key)
        assert done.code == 1
        assert "--budget" in done.err
    google.stop()
    assert len(google.pictures) == 1
    assert find(state) is not None


def test_patience_has_an_end(tmp_path: Path) -> None:
    """digiKam would kill the script, and its result might be half there."""
    with address(tmp_path) as where, socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(where))
        silent.listen()
        with pytest.raises(NotYetError, match="longer than digiKam waits"):
            list(ask(tmp_path, [tmp_path / "a.jpg"], ["false"], patience=0.2))
        asked = silent.accept()[0]
        assert json.loads(asked.makefile().readline()) == [str(tmp_path / "a.jpg")]
        asked.close()


def _set(home: Path, *lines: str) -> None:
    """Set the metadata settings of digiKam."""
    rc = home / "config/digikamrc"
    rc.parent.mkdir(exist_ok=True)
    make_settings(rc, str(home), "QSQLITE", "[Metadata Settings]", *lines)


def _change(state: Path, sql: str, *values: str) -> None:
    """Do what another process of ours does."""
    with closing(sqlite3.connect(state / "tagwright.db")) as database:
        database.execute(sql, values)
        database.commit()
