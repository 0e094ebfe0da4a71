"""Watching 20,000 folders: when they are live, what waiting costs, what is missed, and how late."""

from __future__ import annotations

import asyncio
import itertools
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.adapters.watching.listening import OLD, Listener, put

from tagwright_adapters.watching import FolderWatcher, WatchOptions

_FOLDERS = 20_000
_IDLE = 20  # seconds
_TREES = 10  # of 1,000 files in 200 new folders each
_PHOTOS = 100_000  # in 1,000 folders
_SCANS = 5
_SINGLE = 40  # files written one after the other


def main() -> None:
    """Print the rows."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for number in range(_FOLDERS):
            (root / f"{number // 200:03d}" / f"{number % 200:03d}").mkdir(parents=True)
        asyncio.run(_measure(root))
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for number in range(_PHOTOS):
            put(root / f"{number // 100:04d}" / f"{number % 100}.jpg")
        asyncio.run(_scan(root))


async def _measure(root: Path) -> None:
    last = put(root / "zzz" / "last.jpg")
    begun, cpu = time.perf_counter(), time.process_time()
    listener = Listener(FolderWatcher([root], WatchOptions(mode="events")))
    task = asyncio.create_task(listener.listen())
    await listener.sees(last)
    live, cpu = time.perf_counter() - begun, time.process_time() - cpu
    print(f"{_FOLDERS:,} folders live in {live:.2f} s, {cpu:.2f} s CPU (goal <= 2)")
    await _idle()
    await _trees(listener, root)
    await _lateness(listener, root)
    listener.watcher.stop()
    await task


async def _idle() -> None:
    begun = time.process_time()
    await asyncio.sleep(_IDLE)
    share = (time.process_time() - begun) / _IDLE
    print(f"  idle for {_IDLE} s: {share:.3%} of a processor (goal <= 0.2 %)")


async def _trees(listener: Listener, root: Path) -> None:
    made: list[Path] = []
    for tree, age in itertools.islice(enumerate(itertools.cycle((OLD, 0.0))), _TREES):
        made += await asyncio.to_thread(_grow, root / f"tree{tree}", age)
    try:
        await listener.sees(*made)
    except TimeoutError:
        print("  some were never named")
    missed = {str(path) for path in made} - set(listener.named())
    print(f"  fast new trees: {len(missed)} of {len(made):,} files missed (goal 0)")


def _grow(root: Path, age: float) -> list[Path]:
    return [
        put(root / f"{folder}" / "deep" / f"{number}.jpg", age=age)
        for folder in range(200)
        for number in range(5)
    ]


async def _scan(root: Path) -> None:
    """Compare scans while watching with bare ones, in turn."""
    bare, ours = [], []
    watcher = FolderWatcher([root], WatchOptions(mode="events", reconcile=0.001))
    begun, seen = time.process_time(), 0
    async for arrival in watcher.arrivals():
        seen += sum(map(len, arrival.listings))
        if seen == _PHOTOS:
            ours.append(time.process_time() - begun)
            bare.append(_bare(root))
            begun, seen = time.process_time(), 0
        if len(ours) == _SCANS:
            watcher.stop()
    times = statistics.median(ours) / statistics.median(bare)
    print(f"  scan of {_PHOTOS:,} files: {times:.2f}x of scandir + stat (goal <= 1.5)")


def _bare(root: Path) -> float:
    begun = time.process_time()
    waiting = [str(root)]
    while waiting:
        with os.scandir(waiting.pop()) as found:
            for item in found:
                if item.is_dir():
                    waiting.append(item.path)
                else:
                    item.stat()
    return time.process_time() - begun


async def _lateness(listener: Listener, root: Path) -> None:
    late = []
    for number in range(_SINGLE):
        photo = put(root / "zzz" / f"{number}.jpg", age=0)
        closed = time.perf_counter()
        await listener.sees(photo)
        late.append(time.perf_counter() - closed)
    p95 = statistics.quantiles(late, n=20)[-1]
    print(f"  from close to named: median {statistics.median(late):.2f} s, p95 {p95:.2f} s")


if __name__ == "__main__":
    main()
