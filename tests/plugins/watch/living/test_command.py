"""What the command refuses, and what it asks of a daemon."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tagwright.errors import AssetError
from tagwright.ports import Entry, Listing
from tagwright.state import Database, queue, runs
from tagwright.state.queue import Wish
from tagwright_plugins.watch.command import watch
from tagwright_plugins.watch.requests import Requests


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAGWRIGHT_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)


def _watch(*arguments: str) -> Result:
    return CliRunner().invoke(watch, list(arguments))


def test_without_folders_it_says_how_to_name_some() -> None:
    """Usage."""
    done = _watch()
    assert (done.exit_code, "'folders' under [watch]" in done.output) == (2, True)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """Else nothing would ever come."""
    (tmp_path / "a.jpg").touch()
    done = _watch("a.jpg")
    assert (done.exit_code, "is no folder" in done.output) == (2, True)


@pytest.mark.parametrize("span", ["22-7", "25:00-07:00", "22:00"])
def test_quiet_hours_are_checked(tmp_path: Path, span: str) -> None:
    """With the key and an example."""
    (tmp_path / "tagwright.toml").write_text(f'[watch]\nquiet = ["{span}"]\n')
    done = _watch(".")
    assert done.exit_code == 2
    assert "watch.quiet 1" in done.output
    assert "22:00-07:00" in done.output


def test_a_pause_is_asked_for_and_taken_back(tmp_path: Path) -> None:
    """Whether a daemon lives or not."""
    for option, expected in (("--pause", True), ("--resume", False)):
        assert _watch(option).exit_code == 0
        assert Requests(tmp_path / "state").paused is expected
    assert _watch("--pause", "--resume").exit_code == 2


def test_what_was_set_aside_is_tried_again_on_request(tmp_path: Path) -> None:
    """It says how many photos that are, and the daemon hears of it once."""
    database = Database(tmp_path / "state" / "tagwright.db")
    with database.begin() as c:
        wish = Wish("goal", runs.begin(c, "watch", "me", {}), lasting=True)
        listings = [Listing.of("/p/", [Entry("a.jpg", 1, 1)])]
        queue.compare(c, "files", listings, wish)
        [job] = queue.lease(c, wish.run_id, "me", 9)
        queue.failed(c, job, AssetError("broken"), "goal")
        assert queue.compare(c, "files", listings, wish).set_aside == 1
    assert "1 photo" in _watch("--retry").output
    requests = Requests(tmp_path / "state")
    assert (requests.heard_look(), requests.heard_look()) == (True, False)
    with database.begin() as c:
        assert queue.compare(c, "files", listings, wish).queued == 1
    database.close()
