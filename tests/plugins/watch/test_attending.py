"""What stands beside the daemon, on a real socket of systemd's and with a real command as hook."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tagwright.errors import BudgetError, StorageError, TagwrightError
from tagwright.state import Lane, runs
from tagwright.state.owners import Owner
from tagwright_plugins.cli.assembly import State
from tagwright_plugins.watch.attending import Attendant, Attention, attended
from tagwright_plugins.watch.standing import find

APPEND = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read() + '\\n')"


@dataclass
class Figures:
    """Of a run."""

    failed: int = 0
    tagged: int = 0

    def as_dict(self) -> Mapping[str, object]:
        return {"failed": self.failed, "tagged": self.tagged}


@dataclass
class Life:
    """A daemon, as far as it is looked at."""

    state: str = "starting"
    run_id: str = "20261125-1"
    since: float = 1_795_600_000.0
    beat: float = field(default_factory=time.monotonic)
    watching: bool = False
    away: tuple[str, ...] = ()
    trouble: TagwrightError | None = None
    tally: Figures = field(default_factory=Figures)


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.delenv("WATCHDOG_USEC", raising=False)
        yield listening


@asynccontextmanager
async def beside(life: Life, lane: Lane, told: Path) -> AsyncIterator[Attendant]:
    command = (sys.executable, "-c", APPEND, str(told))
    wanted = Attention(listen="none", command=command, away=0.0)
    with closing(Owner(told.parent / "owners")) as owner:
        async with attended(life, wanted, State(lane, owner), told.parent, turn=0.01) as attendant:
            yield attendant


async def heard(listening: socket.socket, wanted: str) -> list[str]:
    """Return the lines of the first datagram that holds one."""
    loop = asyncio.get_running_loop()
    while True:
        lines = (await asyncio.wait_for(loop.sock_recv(listening, 999), 10)).decode().split("\n")
        if wanted in lines:
            return lines


async def told(path: Path, number: int) -> list[tuple[object, object]]:
    """Return event and end of so many notices, once they have come."""
    async with asyncio.timeout(10):
        while not path.exists() or len(path.read_text().splitlines()) < number:
            await asyncio.sleep(0.01)
    notices = [json.loads(line) for line in path.read_text().splitlines()]
    return [(one["event"], one["over"]) for one in notices]


async def test_systemd_hears_of_a_whole_life(
    lane: Lane, tmp_path: Path, systemd: socket.socket
) -> None:
    life = Life()
    async with beside(life, lane, tmp_path / "told") as attendant:
        assert await heard(systemd, "STATUS=starting: 0 tagged, 0 failed")
        life.state, life.tally.tagged = "live", 5
        assert await heard(systemd, "READY=1") == ["READY=1", "STATUS=live: 5 tagged, 0 failed"]
        attendant.reloading()
        await heard(systemd, "RELOADING=1")
        await heard(systemd, "READY=1")
        life.state = "waiting: quiet hours until 07:00"
        assert await heard(systemd, "STATUS=waiting: quiet hours until 07:00")
        await asyncio.sleep(0)
        now = find(tmp_path, "watch")
        assert now is not None
        assert (now.doing, now.reason) == ("waiting", "quiet hours until 07:00")
        life.state = "draining"
        await heard(systemd, "STOPPING=1")
    assert find(tmp_path, "watch") is None
    assert not (tmp_path / "told").exists()


async def test_people_hear_of_trouble_and_of_its_end(lane: Lane, tmp_path: Path) -> None:
    life, path = Life("live"), tmp_path / "told"
    async with beside(life, lane, path):
        life.away = ("ollama:llava",)
        await told(path, 1)
        life.away = ()
        await told(path, 2)
        life.trouble = BudgetError("2 USD of the 2 USD for this day are spent.")
        await told(path, 3)
        life.trouble = StorageError("no room")
        await told(path, 5)
        life.trouble = None
        life.tally.failed = 3
        events = await told(path, 7)
    assert events[:3] == [("tagger away", False), ("tagger away", True), ("budget", False)]
    assert sorted(map(str, events[3:5])) == ["('budget', True)", "('disk', False)"]
    assert sorted(map(str, events[5:])) == ["('disk', True)", "('set aside', False)"]


async def test_a_bad_end_is_told_and_the_start_after_it(lane: Lane, tmp_path: Path) -> None:
    run_id = await lane(lambda c: runs.begin(c, "watch", "me", {}))
    await lane(lambda c: runs.end(c, run_id, "stopped", {}))
    life, path = Life("live"), tmp_path / "told"

    async def live_and_die(heard: int) -> None:
        async with beside(life, lane, path):
            await told(path, heard)
            raise StorageError("no room")

    with pytest.raises(StorageError):
        await live_and_die(1)
    assert await told(path, 2) == [("started", False), ("stopped", False)]

    for _ in range(2):  # as systemd does, again and again: nobody hears of each time
        with pytest.raises(StorageError):
            await live_and_die(1)
    assert len(await told(path, 2)) == 2


async def test_a_quiet_end_is_nobodys_business(lane: Lane, tmp_path: Path) -> None:
    run_id = await lane(lambda c: runs.begin(c, "watch", "me", {}))
    await lane(lambda c: runs.end(c, run_id, "interrupted", {}))
    async with beside(Life("live"), lane, tmp_path / "told"):
        await asyncio.sleep(0)
    assert not (tmp_path / "told").exists()
