"""A backfill of a large account of Immich: flat memory, killed and taken up, requests counted.

Run as ``python tests/benchmarks/bench_backfill.py [PHOTOS [TAGGED [VERSION]]]``; where so many are
to be TAGGED is not given, all are. The command is the one that a person types, in a process of its
own; only its tagger answers at once. It is killed (-9) halfway. Fails unless all are tagged, memory
stays flat, and no more requests are made than there may be.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.adapters.immich.server import KEY, ImmichServer

PHOTOS, VERSION = 2_000, "3.1.0"  # 100,000 take an hour or more
_TAG = "Animals/Cat"
_GROWTH = 30.0  # MB that memory may grow after the first tenth
_REQUESTS = 2.0  # for each photo, at most
_PERMISSIONS = {"user.read", "asset.statistics"}


@dataclass
class Seen:
    """What a process did."""

    tagged: int = 0
    seconds: float = 0.0
    memory: dict[int, float] = field(default_factory=dict)  # MB, by photos
    requests: Counter[str] = field(default_factory=Counter)


def main(photos: int, tagged: int, version: str) -> None:
    """Print the rows."""
    with tempfile.TemporaryDirectory() as home, _server(version, photos) as server:
        marks = {tagged * part // 20 for part in range(1, 21)}
        first = _run(server, home, tagged, marks, kill_at=tagged // 2)
        _tell(f"first {first.tagged:,} of {photos:,} photos, then killed", first)
        left = photos if tagged == photos else tagged - first.tagged
        rest = _run(server, home, left, {mark - first.tagged for mark in marks})
        _tell(f"other {rest.tagged:,} photos", rest)
        count = _count(server)
        assert count >= tagged, f"only {count:,} photos are tagged"
        if tagged == photos:
            again = _run(server, home, photos, set())
            _tell(f"all {photos:,} done", again)
            assert again.tagged == 0, f"{again.tagged} photos were tagged again"
        for one in (first, rest):
            grown = max(one.memory.values()) - next(iter(one.memory.values()))
            assert grown <= _GROWTH, f"memory grew by {grown:.0f} MB"
        each = (first.requests + rest.requests).total() / tagged
        print(f"  {each:.2f} requests a photo (goal <= {_REQUESTS:g})")
        assert each <= _REQUESTS
        assert not server.faults, server.faults[:3]


@contextmanager
def _server(version: str, photos: int) -> Iterator[ImmichServer]:
    """Serve an account that has been there for long: nothing is left to be done by itself."""
    server = ImmichServer(version)
    server.permissions.update(_PERMISSIONS)
    server.fill(photos)
    server.start()
    server.run()
    try:
        yield server
    finally:
        server.stop()


def _count(server: ImmichServer) -> int:
    return sum(_TAG in server.tags_of(one) for one in list(server.library.assets.values()))


def _run(
    server: ImmichServer, home: str, limit: int, marks: set[int], kill_at: int | None = None
) -> Seen:
    """Run the command; look at its memory when so many photos are through."""
    seen, begun = Seen(), time.monotonic()
    server.received.clear()
    settings = {"TAGWRIGHT_IMMICH__ADDRESS": server.url, "IMMICH_API_KEY": KEY}
    places = {"HOME": home, "XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home}
    command = [sys.executable, __file__, "--child", str(limit)]
    with subprocess.Popen(
        command, env=os.environ | settings | places, stdout=subprocess.PIPE, cwd=home
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            told = json.loads(line)
            if told["type"] == "photo" and told["status"] == "tagged":
                seen.tagged += 1
                if seen.tagged in marks:
                    seen.memory[seen.tagged] = _memory(process.pid)
            if seen.tagged == kill_at:
                process.send_signal(signal.SIGKILL)
                break
    if kill_at is None:
        assert process.returncode == 0, process.returncode
    seen.seconds = time.monotonic() - begun
    paths = (one.partition("?")[0] for one in server.received)
    seen.requests = Counter(re.sub(r"[0-9a-f-]{36}", "ID", path) for path in paths)
    return seen


def _memory(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(text.partition("VmRSS:")[2].split()[0]) / 1024


def _tell(what: str, seen: Seen) -> None:
    memory = ", ".join(f"{mb:.0f} MB at {number:,}" for number, mb in seen.memory.items())
    print(f"  {what}: {seen.seconds:.1f} s; {memory or 'memory not looked at'}")
    for kind, number in seen.requests.most_common():
        each = f" ({number / seen.tagged:.3f} a photo)" if seen.tagged else ""
        print(f"    {number:>8,} {kind}{each}")


def child(limit: str) -> None:
    """Run the command with a tagger that answers at once."""
    from tagwright_adapters.memory import MemoryTagger, says  # noqa: PLC0415 - the child's
    from tagwright_plugins.cli.main import cli  # noqa: PLC0415 - the child's
    from tagwright_plugins.cli.tag import run  # noqa: PLC0415 - the child's

    def instant(*_: Any) -> MemoryTagger:
        return MemoryTagger(says("cat"), concurrency=64)

    with patch.object(run, "make_tagger", instant):
        cli(["immich", "backfill", "--json", "--limit", limit])


if __name__ == "__main__":
    asked = sys.argv[1:]
    if asked[:1] == ["--child"]:
        child(asked[1])
    else:
        many = int(asked[0]) if asked else PHOTOS
        main(many, int(asked[1]) if asked[1:] else many, asked[2] if asked[2:] else VERSION)
