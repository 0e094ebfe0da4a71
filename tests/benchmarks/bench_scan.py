"""A scan of 100,000 unchanged files against bare scandir and stat, and its memory."""

from __future__ import annotations

import gc
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from sqlalchemy import text

from tagwright.state import Database, queue, runs
from tagwright_adapters.files.replacing import clean_leftovers
from tagwright_adapters.files.scan import scan

_FOLDERS = 1_000
_FILES = 100  # in each folder
_ROWS = 1_000_000
_ROUNDS = 5
_GOAL = "goal"


def main() -> None:
    """Print the rows."""
    with tempfile.TemporaryDirectory() as name:
        # Elsewhere, so that the peak memory of making it does not hide that of scanning.
        subprocess.run([sys.executable, __file__, name], check=True)
        root, database = Path(name, "photos"), Database(Path(name, "t.db"))
        gc.freeze()  # as the command does
        peak = _peak_mb()
        bare, ours = _interleaved(lambda: _bare(root), lambda: _compare(database, root))
        grown = _peak_mb() - peak
        database.close()
    files = _FOLDERS * _FILES
    print(f"scan of {files:,} unchanged files: {ours * 1e3:.0f} ms CPU, ", end="")
    print(f"{ours / bare:.2f}x of scandir + stat (goal <= 1.5)")
    print(f"  memory grown during the scan, {_ROWS:,} rows: {grown:.0f} MB (goal <= 60)")


def prepare(folder: Path) -> None:
    """Make the files, and a database that knows them and nine times as many others."""
    _make(folder / "photos")
    database = Database(folder / "t.db")
    _seed(database, folder / "photos")
    database.close()


def _make(root: Path) -> None:
    for folder in range(_FOLDERS):
        path = root / f"{folder:04d}"
        path.mkdir(parents=True)
        for number in range(_FILES):
            os.close(os.open(path / f"IMG_{number:04d}.JPG", os.O_CREAT | os.O_WRONLY))


def _seed(database: Database, root: Path) -> None:
    with database.begin() as c:
        run_id = runs.begin(c, "tag", "me", {})
        wish = queue.Wish(_GOAL, run_id)
        queue.compare(c, "files", list(scan([root], lambda *_: None, clean_leftovers)), wish)
        c.execute(text("UPDATE assets SET status = 'done', goal = :goal"), {"goal": _GOAL})
        for other in range(9):
            for folder in range(_FOLDERS):
                c.execute(
                    text("INSERT INTO folders (library, path) VALUES ('files', :path)"),
                    {"path": f"/other/{other}/{folder}/"},
                )
        c.execute(
            text(
                "INSERT INTO assets"
                " (folder_id, name, size, modified, status, goal, attempts, due_at)"
                " SELECT f.id, a.name, 0, 0, 'done', 'goal', 0, 0 FROM folders f"
                " JOIN assets a ON a.folder_id = (SELECT min(id) FROM folders)"
                " WHERE f.path LIKE '/other/%'"
            )
        )


def _bare(root: Path) -> None:
    waiting = [os.fspath(root)]
    while waiting:
        with os.scandir(waiting.pop()) as found:
            for item in found:
                if item.is_dir():
                    waiting.append(item.path)
                else:
                    item.stat()


def _compare(database: Database, root: Path) -> None:
    wish = queue.Wish(_GOAL, "run")
    unchanged = 0
    listings = scan([root], lambda *_: None, clean_leftovers)
    while batch := list(islice(listings, 5_000 // _FILES)):
        with database.begin() as c:
            unchanged += queue.compare(c, "files", batch, wish).unchanged
    assert unchanged == _FOLDERS * _FILES


def _interleaved(*works: Callable[[], None]) -> list[float]:
    times: list[list[float]] = [[] for _ in works]
    for _ in range(_ROUNDS):
        for index, work in enumerate(works):
            begun = time.process_time()
            work()
            times[index].append(time.process_time() - begun)
    return [statistics.median(each) for each in times]


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if len(sys.argv) > 1:
        prepare(Path(sys.argv[1]))
    else:
        main()
