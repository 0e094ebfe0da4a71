"""The daemon as a process: photos come, it dies, the model goes away, people end it."""

from __future__ import annotations

import signal

from .conftest import Watched
from .waiting import wait_until


def test_a_day_in_its_life(watched: Watched) -> None:
    """Photos are tagged as they come; its own writes and a broken configuration change nothing."""
    shared = watched.folder / "shared"
    shared.mkdir()
    (shared / ".tagwright.toml").write_text('sidecar = "always"\n')
    with watched.living() as daemon:
        path = watched.put("a.jpg")
        before = path.read_bytes()
        wait_until(lambda: watched.log.count("tagged, 1 tag") == 1)
        assert watched.tagged() == ["a.jpg"]
        written = path.stat().st_mtime_ns
        second = watched.run("watch")
        assert (second.returncode, f"as process {daemon.pid}" in second.stderr) == (2, True)
        watched.configure("tagers = 3")
        daemon.send_signal(signal.SIGHUP)
        wait_until(lambda: "Did you mean 'taggers'?" in watched.log)
        watched.put("b.jpg")  # seen by a look that sees the first one again
        wait_until(lambda: watched.log.count("tagged, 1 tag") == 2)
        watched.put("shared/c.jpg")  # goes by settings of its own
        wait_until((shared / "c.jpg.xmp").exists)
        watched.configure()
        assert watched.end(daemon) == 0
    assert sorted(watched.model.shown.values()) == [1, 1, 1]
    assert path.stat().st_mtime_ns == written
    [run] = watched.status()["runs"]
    assert f"[{run['run']}] {path}: tagged, 1 tag:" in watched.log
    assert (run["kind"], run["status"]) == ("watch", "done")
    assert watched.run("undo", "--run", "last").returncode == 0
    assert path.read_bytes() == before


def test_killed_while_the_model_comes_and_goes_it_tags_all_and_pays_once(watched: Watched) -> None:
    """Only what was being asked at the kill may be asked again; no photo fails for an outage."""
    names = [f"{number:02d}.jpg" for number in range(8)]
    watched.model.open.clear()
    for name in names:
        watched.put(name)
    with watched.living() as daemon:
        wait_until(lambda: watched.model.asked)
        daemon.kill()
        daemon.wait()
    in_flight = watched.model.asked
    watched.model.away = True
    watched.model.open.set()
    with watched.living() as daemon:
        wait_until(lambda: "asked again by itself" in watched.log)
        assert watched.model.refused < 30
        watched.model.away = False
        wait_until(lambda: watched.log.count("tagged, 1 tag") == 8)
        assert watched.end(daemon) == 0
    assert watched.tagged() == names
    assert sum(watched.model.shown.values()) <= 8 + in_flight
    assert watched.status()["photos"] == {"done": 8}


def test_a_second_signal_does_not_wait(watched: Watched) -> None:
    """A model that never answers holds nobody up; the photo is free for the next."""
    watched.model.open.clear()
    watched.put("a.jpg")
    with watched.living() as daemon:
        wait_until(lambda: watched.model.asked)
        daemon.send_signal(signal.SIGTERM)
        wait_until(lambda: "Finishing" in watched.log)
        assert watched.end(daemon) == 130
    assert watched.status()["photos"] == {"waiting": 1}
