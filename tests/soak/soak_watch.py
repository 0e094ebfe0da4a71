"""A year of a watch daemon's life in an hour: ``python -m tests.soak.soak_watch``.

Thousands of photos come into thousands of folders in adversarial order, the model is away now and
then, and the daemon is killed in the middle of it, again and again. Afterwards every photo that is
still there must have been tagged exactly once, none may be damaged, and none paid for twice but by
a kill. Then its idleness, its memory and the time from a photo to its tag are measured.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.benchmarks.bench_outage import Model
from tests.soak.daemon import AT_ONCE, Daemon
from tests.soak.mischief import Mischief, jpeg, look, photos_below
from tests.soak.model import serve
from tests.soak.verdicts import Verdicts

TAGS = ["Animals/Cat", "Nature & Landscape/Beach"]
_TURN = 0.1  # s
_QUIET = 15.0  # s in which nothing may change before everything counts as done
_MIB = 2**20


class Soak:
    """One story, with its figures and its verdicts."""

    def __init__(self, home: Path, wanted: argparse.Namespace) -> None:
        self._wanted = wanted
        self._tree = home / "photos"
        self._tree.mkdir()
        self._model = Model(seconds=0.05)
        self._daemon = Daemon(home, serve(self._model), ["watch", str(self._tree)])
        self._mischief = Mischief(self._tree, wanted.files, wanted.folders, wanted.seed)
        self._draw = random.Random(wanted.seed)
        self.verdicts = Verdicts()

    def tell(self) -> None:
        """Let it all happen."""
        began = time.monotonic()
        self._daemon.start()
        self._mischief.start(self._wanted.seconds)
        self._torment()
        self._model.away = False
        self._settle()
        self.verdicts.figure("life, then quiet", f"{time.monotonic() - began:.0f} s")
        self._check()
        self._idle()
        self._latency()
        self._grow()
        code, took = self._daemon.end()
        self.verdicts.one("ends when asked to", code == 0, f"code {code} after {took:.1f} s")

    def close(self) -> None:
        """Leave nothing running."""
        self._daemon.close()

    def _torment(self) -> None:
        """Kill it and take its model away while photos come, and until it was killed enough."""
        each = self._wanted.seconds / self._wanted.kills
        next_kill, outage = time.monotonic() + each, time.monotonic() + 20
        while not self._mischief.done.is_set() or self._daemon.kills < self._wanted.kills:
            time.sleep(_TURN)
            self._daemon.look()
            now = time.monotonic()
            if now >= outage:
                self._model.away = not self._model.away
                outage = now + self._draw.uniform(2, 8 if self._model.away else 40)
            if now >= next_kill and self._daemon.kills < self._wanted.kills:
                self._daemon.kill()
                self._daemon.start()
                next_kill = now + each * self._draw.uniform(0.5, 1.2)
        if self._mischief.failed is not None:
            raise self._mischief.failed
        self.verdicts.figure("photos brought", dict(self._mischief.ways))

    def _settle(self, most: float = 3600.0) -> None:
        """Wait until nothing has changed for a while."""
        began = last = time.monotonic()
        before: object = None
        while time.monotonic() - last < _QUIET and time.monotonic() - began < most:
            time.sleep(1)
            self._daemon.look()
            now = (sum(self._model.answers.values()), self._daemon.counts())
            if now != before or now[1].get("working"):
                before, last = now, time.monotonic()
            if now[1].get("waiting") and time.monotonic() - began < self._wanted.patience:
                last = time.monotonic()

    def _check(self) -> None:
        """Compare files, bill and record."""
        there = photos_below(self._tree)
        tags = _tags(self._tree)
        wrong = [path for path in there if sorted(tags.get(str(path), [])) != TAGS]
        kinds = Counter(str(tags.get(str(path))) for path in wrong)
        said = f"{len(there) - len(wrong)} of {len(there)}"
        self.verdicts.one("tagged, each tag once", not wrong, f"{said} {dict(kinds) or ''}")
        for path in wrong[:5]:
            print(f"      {path.relative_to(self._tree)}")
        looks = [_look(path) for path in there]
        strange = [one for one in looks if one not in self._mischief.pictures]
        self.verdicts.one("undamaged", not strange, f"{len(there) - len(strange)} of {len(there)}")
        twice = len(looks) - len(set(looks))
        self.verdicts.one("in one place only", twice == 0, f"{twice} in two")
        self._check_calls()
        self.verdicts.figure(
            "not answered", {f"HTTP {code}": n for code, n in self._model.refused.items()}
        )
        self.verdicts.one(
            "did not die by itself", not self._daemon.deaths, f"{self._daemon.deaths}"
        )
        self.verdicts.figure("killed -9", f"{self._daemon.kills} times")
        self.verdicts.figure("photos by state", self._daemon.counts())
        for row in self._daemon.troubled():
            self.verdicts.figure("  trouble", row)
        left = [path.name for path in self._tree.rglob("*tmp*")]
        self.verdicts.one("nothing left behind", not left, f"{len(left)} {left[:3]}")

    def _check_calls(self) -> None:
        """Nobody is asked twice but for what a kill had cut short, as many as were in flight."""
        answers, pictures = sum(self._model.answers.values()), len(self._model.answers)
        cut, twice = self._daemon.calls()
        said = f"{answers} answers for {pictures} pictures, {cut} calls cut short by kills"
        right = twice == 0 and answers - pictures <= cut <= self._daemon.kills * AT_ONCE
        self.verdicts.one("no call paid twice", right, f"{said}, {twice} on record twice")
        self.verdicts.figure(
            "visits for each picture", f"{self._daemon.visits() / max(pictures, 1):.2f}"
        )

    def _idle(self) -> None:
        """Measure what it does when nothing happens."""
        asked, times = self._model.answers.copy(), _times(self._tree)
        used, began = self._daemon.cpu(), time.monotonic()
        time.sleep(self._wanted.idle)
        share = (self._daemon.cpu() - used) / (time.monotonic() - began)
        self.verdicts.one("idle CPU at most 0.2 %", share <= 0.002, f"{share:.2%}")
        calm = asked == self._model.answers and times == _times(self._tree)
        self.verdicts.one("idle: no call, no write", calm, "")

    def _latency(self) -> None:
        """Measure from the close of a file to its tag in it, one after the other."""
        self._model.seconds = 0.0
        took = []
        for number in range(self._wanted.latency):
            path = self._tree / f"single {number:04d}.jpg"
            path.write_bytes(jpeg(self._wanted.files + number))
            took.append(_until_written(path))
        took.sort()
        if took:
            p50, p95 = took[len(took) // 2], took[int(len(took) * 0.95)]
            said = f"p50 {p50:.2f} s, p95 {p95:.2f} s"
            self.verdicts.one("close to tag: p95 at most 1 s", p95 <= 1.0, said)

    def _grow(self) -> None:
        """Measure whether memory grows with what passes."""
        rounds = []
        first = self._wanted.files + self._wanted.latency
        for turn in range(3):
            folder = self._tree / f"more {turn}"
            folder.mkdir()
            for number in range(self._wanted.more):
                place = first + turn * self._wanted.more + number
                (folder / f"{place:07d}.jpg").write_bytes(jpeg(place))
            self._settle(600)
            rounds.append(self._daemon.memory() // _MIB)
        said = f"{rounds} MiB after each {self._wanted.more} more; most ever"
        most = self._daemon.most_memory // _MIB
        self.verdicts.one("memory is flat", rounds[-1] - rounds[0] <= 8, f"{said} {most} MiB")


def _tags(tree: Path) -> dict[str, list[str]]:
    read = ["exiftool", "-j", "-q", "-q", "-fast2", "-XMP-digiKam:TagsList", "-r", str(tree)]
    out = subprocess.run(read, stdout=subprocess.PIPE, check=False).stdout
    found = json.loads(out or b"[]")
    return {one["SourceFile"]: _listed(one.get("TagsList", [])) for one in found}


def _listed(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _look(path: Path) -> str:
    try:
        return look(path)
    except OSError as exc:
        return f"damaged: {exc}"


def _times(tree: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in photos_below(tree)}


def _until_written(path: Path) -> float:
    """Return the seconds until another file stands in its place."""
    before, began = path.stat().st_ino, time.monotonic()
    while time.monotonic() - began < 60:
        if path.stat().st_ino != before:
            break
        time.sleep(0.005)
    return time.monotonic() - began


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--folders", type=int, default=5_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=1200, help="in which the photos come")
    parser.add_argument("--patience", type=float, default=1800, help="s for what waits at the end")
    parser.add_argument("--idle", type=float, default=60, help="s")
    parser.add_argument("--latency", type=int, default=60, help="photos")
    parser.add_argument("--more", type=int, default=500, help="photos in each round for memory")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path, help="a new folder for tree, state and log")
    return parser.parse_args()


def main() -> int:
    """Tell the story and return 0 if all was right."""
    wanted = _arguments()
    print(
        f"soak: {wanted.files} photos, {wanted.folders} folders, {wanted.kills} kills", flush=True
    )
    if wanted.keep is not None:
        wanted.keep.mkdir(parents=True)
        return _tell(wanted.keep, wanted)
    with tempfile.TemporaryDirectory() as name:
        return _tell(Path(name), wanted)


def _tell(home: Path, wanted: argparse.Namespace) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that nothing is left running
    soak = Soak(home, wanted)
    try:
        soak.tell()
    finally:
        soak.close()
    return 1 if soak.verdicts.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
