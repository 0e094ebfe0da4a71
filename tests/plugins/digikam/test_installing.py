"""``tagwright digikam install`` and ``uninstall``."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from tagwright_plugins.digikam.commands import digikam
from tagwright_plugins.digikam.installing.files import desktop_entry

from .conftest import Done

Run = Callable[..., Done]
ALLOW = "flatpak override --user --talk-name=org.freedesktop.Flatpak org.kde.digikam"
THEIRS = b"""\
<!DOCTYPE XMLQueueList>
<queuelist version="2.0" client="digikam" encoding="UTF-8">
    <queue>
        <queuetitle value="Mine"/>
    </queue>
</queuelist>
"""


@pytest.fixture
def run(home: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run ``tagwright digikam`` in this process, which is quicker, in an empty home."""
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, home[name])
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Done:
        done = CliRunner().invoke(digikam, arguments)
        return Done(done.exit_code, done.stdout, done.stderr)

    return run


def test_there_and_back(run: Run, tmp_path: Path) -> None:
    """Twice is as once; what was there is there, and what others made stays."""
    list_of, menus = _native(tmp_path)
    list_of.parent.mkdir(parents=True)
    list_of.write_bytes(THEIRS)
    said = run("install", "--dry-run").out
    assert said.count("Would ") == 3
    assert f"Would change: {list_of}" in said
    assert (list_of.read_bytes(), menus.exists()) == (THEIRS, False)
    assert run("install").code == 0
    (script,) = _scripts(list_of)
    assert f"digikam batch --state={tmp_path}/state/tagwright" in script
    assert sorted(path.name for path in menus.iterdir()) == [
        "org.tagwright.digikam.review.desktop",
        "org.tagwright.digikam.tag.desktop",
    ]
    before = _state(list_of, menus)
    assert "All is as it should be." in run("install").out
    assert _state(list_of, menus) == before
    assert run("uninstall").code == 0
    assert (list_of.read_bytes(), list(menus.iterdir())) == (THEIRS, [])
    (tmp_path / "config/digikamrc").unlink()
    assert "nothing to do" in run("uninstall").out


def test_not_while_digikam_runs(run: Run, tmp_path: Path, home: dict[str, str]) -> None:
    """It may write over its workflows when it ends; nothing is half done."""
    list_of, menus = _native(tmp_path)
    program = tmp_path / "digikam"
    shutil.copy("/bin/sleep", program)
    with subprocess.Popen([program, "60"], env=home) as digikam:
        _wait_for(Path(f"/proc/{digikam.pid}/comm"), "digikam\n")
        done = run("install")
        digikam.terminate()
    assert done.code == 2
    assert "digiKam runs" in done.err
    assert not list_of.exists()
    assert not menus.exists()
    assert run("install").code == 0
    assert run("uninstall").code == 0
    assert not list_of.exists()  # nobody had any workflow


def test_a_flatpak_is_told_what_it_may_not(run: Run, tmp_path: Path) -> None:
    """Its files are in its own folders, call out of its box, and what it takes is said."""
    box = tmp_path / ".var/app/org.kde.digikam"
    (box / "config").mkdir(parents=True)
    (box / "config/digikamrc").touch()
    done = run("install")
    assert done.code == 0, done.err
    assert ALLOW in done.out
    (script,) = _scripts(box / "data/digikam/queue.xml")
    assert "exec flatpak-spawn --host " in script
    entry = "applications/org.tagwright.digikam.tag.desktop"
    assert 'Exec="flatpak-spawn" "--host" ' in (box / "data" / entry).read_text()
    assert "flatpak-spawn" not in (tmp_path / ".local/share" / entry).read_text()


def test_no_digikam(run: Run) -> None:
    """There is nothing to put anything into."""
    assert run("install").code == 3


@pytest.mark.skipif(shutil.which("gio") is None, reason="not installed: gio")
def test_the_desktop_starts_what_was_meant(tmp_path: Path) -> None:
    """Whatever is in the paths, of photos and of ours."""
    program = tmp_path / 'my "tag" `wright` $HOME \\ it'
    given = tmp_path / f"{program.name}.given"
    script = 'printf "%s\\0" "$@" > "$0.new"; mv "$0.new" "$0.given"'
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    option = '--state=/a "b" `c` $d %f \\e'
    photos = [tmp_path / name for name in ("-two  words.jpg", 'it\'s "$HOME" `id`.jpg', "%F.jpg")]
    for photo in photos:
        photo.touch()
    entry = tmp_path / "entry.desktop"
    entry.write_text(desktop_entry("tag", (str(program), option)))
    subprocess.run(["gio", "launch", entry, *photos], check=True, timeout=30)
    _wait_for(given)
    assert given.read_text().split("\0")[:-1] == [option, "--", *map(str, photos)]


def _native(home: Path) -> tuple[Path, Path]:
    """Make a digiKam's settings; return where its workflows and the desktop's entries are."""
    (home / "config").mkdir()
    (home / "config/digikamrc").touch()
    data = home / ".local/share"
    return data / "digikam/queue.xml", data / "applications"


def _state(list_of: Path, menus: Path) -> list[tuple[str, int, bytes]]:
    files = [list_of, *sorted(menus.iterdir())]
    return [(file.name, file.stat().st_mtime_ns, file.read_bytes()) for file in files]


def _scripts(list_of: Path) -> list[str]:
    found = ET.parse(list_of).iterfind("./queue/tool/parameter[@name='Script']")
    return [one.get("value", "") for one in found]


def _wait_for(file: Path, content: str | None = None) -> None:
    deadline = time.monotonic() + 20
    while not file.exists() or (content is not None and file.read_text() != content):
        assert time.monotonic() < deadline
        os.sched_yield()
