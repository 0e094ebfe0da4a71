"""A month of an Immich account in some minutes: ``python -m tests.soak.soak_immich``.

First photos come in a burst, and every request is counted. Then they come while the server
restarts and fails, our process is killed, and a person uses Immich all the while: takes tags away,
gives their own, and deletes some altogether. An old server is upgraded in the middle of it, and
cleans up its tags as each night. At the end everything must be as they want it.
"""

from __future__ import annotations

import argparse
import re
import shutil
import socket
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.adapters.immich.server import KEY, VERSIONS, Asset, Happened, ImmichServer, at_random
from tests.soak.daemon import AT_ONCE, Daemon
from tests.soak.immich_user import User
from tests.soak.painter import Painter, alike, path_of, vocabulary
from tests.soak.verdicts import Verdicts

_NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
POLL = 2
_LINES = 200  # of stories about what is not as wanted
_QUIET = 8.0  # s in which nothing may change before everything counts as done


class Soak:
    """One story, on one version of the server."""

    def __init__(self, home: Path, version: str, wanted: argparse.Namespace) -> None:
        self._wanted = wanted
        self._immich = ImmichServer(version, seed=wanted.seed)
        self._model = Painter(self._immich, wanted.tags)
        self._user = User(self._immich, wanted.seed)
        self._immich.start()
        self._model.start()
        self._immich.permissions.add("user.read")
        self._immich.run()
        (home / "things.yaml").write_text(vocabulary())
        self._told = not version.startswith("2.")  # by workflows, which are there since 3.0
        port = _free_port()
        text = (
            f'[bursts]\nshare = false\n[immich]\naddress = "{self._immich.url}"\n'
            f'poll = {60 if self._told else POLL}\nlisten = "127.0.0.1:{port}"\n'
        )
        top = f'taxonomy = "{home / "things.yaml"}"\n[policy]\nmax_tags = 30\n'
        command = ["immich", "serve"]
        secrets = {"IMMICH_API_KEY": KEY}
        self._daemon = Daemon(home, f"{self._model.url}/v1", command, text, top, **secrets)
        if self._told:
            self._immich.permissions.add("all")
            self._daemon.run("immich", "install", "--url", f"http://127.0.0.1:{port}")
        self._assets: list[Asset] = []
        self._killed: list[float] = []  # s, by the server's clock
        self.verdicts = Verdicts()

    def tell(self) -> None:
        """Let it all happen."""
        self._daemon.start()
        self._wait(lambda: self._immich.received.count("/api/search/metadata") >= 2)
        self._burst()
        self._torment()
        self._immich.plan = lambda _: None
        self._user.stop()
        self._settle()
        self._check()
        self._latency()
        code, took = self._daemon.end()
        self.verdicts.one("ends when asked to", code == 0, f"code {code} after {took:.1f} s")

    def close(self) -> None:
        """Leave nothing running."""
        self._daemon.close()
        self._immich.stop()
        self._model.stop()

    def _burst(self) -> None:
        """Bring photos as quickly as a phone does after a holiday, and count all requests."""
        self._immich.received.clear()
        began = time.monotonic()
        self._upload(self._wanted.uploads)
        self._settle()
        took = time.monotonic() - began - _QUIET
        kinds = Counter(_NUMBER.sub("ID", target) for target in self._immich.received)
        each = sum(kinds.values()) / len(self._assets)
        self.verdicts.figure("burst", f"{len(self._assets)} uploads in {took:.0f} s")
        for kind, number in kinds.most_common():
            self.verdicts.figure(f"  {kind}", f"{number / len(self._assets):.2f} an asset")
        self.verdicts.one("at most 3 requests an asset", each <= 3.0, f"{each:.2f}")
        self._as_wanted("burst: 0 lost, 0 too many")

    def _torment(self) -> None:
        """Bring as many again, in waves, with all the trouble there is."""
        self._immich.plan = at_random(self._wanted.seed, self._wanted.trouble)
        waves = self._wanted.waves
        kills = self._wanted.kills // waves
        self._user.start()
        for wave in range(waves):
            for kill in range(kills + 1):
                self._upload(self._wanted.uploads // waves // (kills + 1) + 1)
                time.sleep(self._wanted.seconds / waves / (kills + 1))
                self._daemon.look()
                if kill < kills:
                    self._daemon.kill()
                    self._killed.append(self._immich.clock.now)
                    self._daemon.start()
            self._restart()
            if wave < waves - 1:
                self._immich.clean_tags()
                self._wait(self._user.delete, 20)
            if wave == 1 and not self._told:
                self._immich.upgrade(VERSIONS[-1])
                self.verdicts.figure("upgraded", f"to {VERSIONS[-1]}")
        self.verdicts.figure("killed -9", f"{self._daemon.kills} times")
        self.verdicts.figure("server restarted", f"{waves} times")
        self.verdicts.figure("the user", dict(self._user.done))

    def _restart(self) -> None:
        self._immich.down()
        time.sleep(1)
        self._immich.up()

    def _upload(self, count: int) -> None:
        for _ in range(count):
            self._assets.append(self._new(f"IMG_{len(self._assets):04d}.jpg"))
            time.sleep(1 / self._wanted.rate)

    def _new(self, name: str) -> Asset:
        """Upload an asset whose picture the model can tell from all others."""
        while True:
            asset = self._immich.upload(name)
            if not any(alike(asset, other) for other in self._assets):
                return asset
            with self._immich.lock:
                del self._immich.library.assets[asset.id]

    def _settle(self, most: float = 600.0) -> None:
        """Wait until nothing has changed for a while."""
        began = last = time.monotonic()
        before: object = None
        while time.monotonic() - last < _QUIET and time.monotonic() - began < most:
            time.sleep(0.2)
            self._daemon.look()
            now = (sum(self._model.answers.values()), self._daemon.counts())
            if now != before or now[1].get("working") or now[1].get("waiting"):
                before, last = now, time.monotonic()

    def _check(self) -> None:
        self._as_wanted("everything as the user wants it")
        again = {asset: n for asset, n in self._model.answers.items() if n > 1}
        cut, twice = self._daemon.calls()
        said = f"{sum(self._model.answers.values())} answers for {len(self._model.answers)} assets,"
        right = twice == 0 and sum(again.values()) - len(again) <= cut <= self._most_cut
        self.verdicts.one("no call paid twice", right, f"{said} {cut} cut short by kills")
        said = str(self._daemon.deaths)
        self.verdicts.one("did not die by itself", not self._daemon.deaths, said)
        self.verdicts.figure("photos by state", self._daemon.counts())
        for row in self._daemon.troubled():
            self.verdicts.figure("  trouble", row)
        faults = self._immich.faults
        self.verdicts.one("all requests as described", not faults, str(faults[:2]))

    @property
    def _most_cut(self) -> int:
        return self._daemon.kills * AT_ONCE

    def _as_wanted(self, what: str) -> None:
        wrong = Counter[str]()
        examples: list[tuple[str, set[str], set[str]]] = []
        stories: list[str] = []
        for asset in self._assets:
            there = Counter(self._immich.tags_of(asset))
            expected = self._expected(asset)
            wrong["too few"] += len(expected - there.keys())
            wrong["too many"] += len(there.keys() - expected)
            if expected != there.keys():
                examples.append((asset.name, expected - there.keys(), there.keys() - expected))
                stories += self._story(asset, expected ^ there.keys())
        total = sum(len(self._immich.tags_of(asset)) for asset in self._assets)
        said = f"{total} tags on {len(self._assets)} assets, {dict(wrong)}"
        self.verdicts.one(what, not examples, f"{said} {examples[:4] or ''}")
        for line in stories[:_LINES]:
            self.verdicts.figure("  what happened", line)

    def _story(self, asset: Asset, tags: set[str]) -> list[str]:
        """Tell what came of these tags of an asset, by the server's clock."""
        kills = [Happened(at, "killed -9") for at in self._killed if at > asset.created]
        known = sorted([*asset.history, *kills], key=lambda one: one.at)
        return [f"{asset.name} {asset.id} {', '.join(sorted(tags))}:"] + [
            f"{one.at:.2f} {one.what}"
            + "".join(f" +{tag}" for tag in one.came if tag in tags)
            + "".join(f" -{tag}" for tag in one.went if tag in tags)
            + f" ({len(one.came)} came, {len(one.went)} went)"
            for one in known
        ]

    def _expected(self, asset: Asset) -> set[str]:
        ours = {path_of(thing) for thing in self._model.sees(asset)}
        ours -= self._user.took.get(asset.id, set()) | self._user.deleted.keys()
        return ours | (self._user.gave.get(asset.id, set()) - self._user.deleted.keys())

    def _latency(self) -> None:
        """Measure from an upload to its tags, one after the other."""
        took = []
        for _ in range(self._wanted.latency):
            began = time.monotonic()
            asset = self._new(f"single {len(self._assets)}.jpg")
            self._assets.append(asset)
            self._wait(lambda asset=asset: bool(self._immich.tags_of(asset)))
            took.append(time.monotonic() - began)
        took.sort()
        if took:
            p50, p95 = took[len(took) // 2], took[int(len(took) * 0.95)]
            said = f"p50 {p50:.2f} s, p95 {p95:.2f} s"
            most = 2.0 if self._told else POLL + 2.0
            way = "webhook" if self._told else f"polling each {POLL} s"
            self.verdicts.one(f"by {way}: p95 at most {most:g} s", p95 <= most, said)

    @staticmethod
    def _wait(condition: object, most: float = 60.0) -> None:
        deadline = time.monotonic() + most
        assert callable(condition)
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.01)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def main() -> int:
    """Run it on each version and return how many promises were broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", choices=VERSIONS, action="append", help="default: both")
    parser.add_argument("--uploads", type=int, default=500, help="in the burst, and as many again")
    parser.add_argument("--tags", type=int, default=12)
    parser.add_argument("--rate", type=float, default=100.0, help="uploads a second")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--waves", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=60.0, help="of trouble")
    parser.add_argument("--trouble", type=float, default=0.05, help="share of requests that fail")
    parser.add_argument("--latency", type=int, default=20)
    parser.add_argument("--keep", type=Path, help="where to leave state and log, to look at")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    wrong = 0
    for version in wanted.version or VERSIONS:
        print(f"Immich {version}", flush=True)
        with tempfile.TemporaryDirectory(prefix="tagwright-soak-") as home:
            soak = Soak(Path(home), version, wanted)
            try:
                soak.tell()
            finally:
                soak.close()
                if wanted.keep:
                    shutil.copytree(home, wanted.keep / version)
            wrong += len(soak.verdicts.wrong)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
