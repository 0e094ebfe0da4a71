"""Writes through FileLibrary against bare exiftool on the same files, interleaved.

Run: python tests/benchmarks/bench_writes.py [PHOTOS_PER_ROUND] [ROUNDS]
"""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tagwright.model import AssetRef, Tag
from tagwright.ports import Receipt
from tagwright_adapters.exiftool.process import CONFIG
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.targets import FileOptions

TAGS = (
    Tag("beach", ("Places", "Beach"), 0.91, "basics", "run-1", "2026-11-23T10:00:00Z"),
    Tag("dog", ("Animals", "Dog"), 0.83, "basics", "run-1", "2026-11-23T10:00:00Z"),
)
BARE = (
    "-XMP-dc:Subject+=Beach",
    "-XMP-dc:Subject+=Dog",
    "-XMP-lr:HierarchicalSubject+=Places|Beach",
    "-XMP-lr:HierarchicalSubject+=Animals|Dog",
    "-XMP-digiKam:TagsList+=Places/Beach",
    "-XMP-digiKam:TagsList+=Animals/Dog",
    *(
        f"-XMP-tagwright:Tags+={{Concept={tag.concept},Path={'/'.join(tag.path)},"
        f"Confidence={tag.confidence},Tagger={tag.tagger},Run={tag.run},Time={tag.at}}}"
        for tag in TAGS
    ),
)
PIXELS = (6000, 4000)
BYTES = 6_000_000


@dataclass(frozen=True)
class Row:
    """One round: photos per second of wall time, CPU milliseconds per photo."""

    rate: float
    cpu: float


def sample(folder: Path) -> Path:
    """Make a photo of 24 megapixels and about 6 MB, with EXIF."""
    path = folder / "sample.jpg"
    noise = Image.effect_noise((1500, 1000), 40).resize(PIXELS, Image.Resampling.BILINEAR)
    photo = Image.merge("RGB", [noise, noise.rotate(180), noise.transpose(Image.Transpose(0))])
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x0132] = "2026:07:14 18:03:00"
    for quality in range(98, 40, -4):
        photo.save(path, quality=quality, exif=exif)
        if path.stat().st_size <= BYTES:
            break
    return path


def copies(source: Path, folder: Path, count: int, suffix: str = ".jpg") -> list[Path]:
    """Lay out a fresh folder of copies, all of it on the disk already."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    paths = [folder / f"IMG_{number:04}{suffix}" for number in range(count)]
    for path in paths:
        shutil.copyfile(source, path)
    os.sync()
    return paths


def cpu(*processes: int) -> float:
    """Seconds of this process and of its living children."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    tick = os.sysconf("SC_CLK_TCK")
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in processes]
    return own.ru_utime + own.ru_stime + sum(int(f[11]) + int(f[12]) for f in fields) / tick


def children() -> list[int]:
    """Identifiers of the exiftool processes of this one."""
    return [
        int(pid)
        for task in Path("/proc/self/task").iterdir()
        for pid in (task / "children").read_text().split()
    ]


def bare(paths: list[Path], processes: int) -> Row:
    """Share the files among bare ``-stay_open`` processes that overwrite them."""
    return _bare([[*BARE, "-overwrite_original", str(path)] for path in paths], processes)


def bare_sidecars(paths: list[Path], processes: int) -> Row:
    """Update existing sidecars likewise; nothing is brought to the disk."""
    sidecars = [f"{path}.xmp" for path in paths]
    return _bare([[*BARE, "-overwrite_original", path] for path in sidecars], processes)


def _bare(commands: list[list[str]], processes: int) -> Row:
    """Clock the commands alone: the processes have started and loaded what they need."""
    running = [_started() for _ in range(processes)]
    pids = [process.pid for process in running]
    started, used = time.perf_counter(), cpu(*pids)
    for number, process in enumerate(running):
        for command in commands[number::processes]:
            _send(process, command)
    for number, process in enumerate(running):
        for _ in commands[number::processes]:
            _wait(process)
    row = _row(len(commands), started, used, pids)
    for process in running:
        _send(process, ["-stay_open", "False"])
        process.communicate()
    return row


def _started() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        ["exiftool", "-config", str(CONFIG), "-stay_open", "True", "-@", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with tempfile.TemporaryDirectory() as folder:
        Image.new("RGB", (8, 8)).save(f"{folder}/warm.jpg")
        _send(process, [*BARE, f"{folder}/warm.jpg"])
        _wait(process)
    return process


def _send(process: subprocess.Popen[str], command: list[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n".join([*command, "-execute", ""]))
    process.stdin.flush()


def _wait(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line == "{ready}\n":
            return


async def note(_: Receipt) -> None:
    """Keep no ledger."""


def ours(paths: list[Path], options: FileOptions) -> Row:
    """Clock the writes alone, after facts() as in a run; verified and brought to the disk."""
    warm = [paths[0].with_name(f"warm{number}.jpg") for number in range(4 * options.workers)]

    async def go() -> Row:
        library = FileLibrary([paths[0].parent], options)
        for path in warm:
            Image.new("RGB", (8, 8)).save(path)
        await _all(warm, lambda path: library.write(AssetRef("files", str(path)), TAGS, note))
        await _all(paths, lambda path: library.facts(AssetRef("files", str(path))))
        pids = children()
        started, used = time.perf_counter(), cpu(*pids)
        await _all(paths, lambda path: library.write(AssetRef("files", str(path)), TAGS, note))
        row = _row(len(paths), started, used, pids)
        await library.aclose()
        return row

    return asyncio.run(go())


async def _all(paths: list[Path], call: Callable[[Path], Awaitable[object]]) -> None:
    await asyncio.gather(*(call(path) for path in paths))


def _row(count: int, started: float, used: float, pids: list[int]) -> Row:
    return Row(count / (time.perf_counter() - started), (cpu(*pids) - used) * 1000 / count)


def report(name: str, rows: dict[str, list[Row]], goal: float) -> None:
    """Print medians, of the ratios too: each is taken within one round, as other loads come and go.

    The goal is set against one bare process.
    """
    for key, found in rows.items():
        rate = statistics.median(row.rate for row in found)
        used = statistics.median(row.cpu for row in found)
        print(f"  {name:<15} {key:<10} {rate:7.1f} photos/s {used:6.1f} CPU ms/photo")
    for key in sorted(rows.keys() - {"tagwright"}):
        pairs = zip(rows["tagwright"], rows[key], strict=True)
        ratios = sorted(ours.rate / bare.rate for ours, bare in pairs)
        ratio = statistics.median(ratios)
        verdict = f"; goal {goal} {'reached' if ratio >= goal else 'missed'}"
        print(f"  {name:<15} {ratio:.2f} of {key}, {ratios[0]:.2f} to {ratios[-1]:.2f}", end="")
        print(verdict if key == "bare x 1" else "")


def main() -> None:
    """Print the rows."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    workers = os.cpu_count() or 1
    with tempfile.TemporaryDirectory(prefix="tagwright-bench-", dir=Path.cwd()) as name:
        folder = Path(name)
        photo = sample(folder)
        size = photo.stat().st_size / 1e6
        print(f"writes: {count} photos of 24 MP, {size:.1f} MB, {rounds} rounds, {workers} workers")
        embedded: dict[str, list[Row]] = {}
        sidecar: dict[str, list[Row]] = {}
        for _ in range(rounds):
            for processes in sorted({1, workers}):
                paths = copies(photo, folder / "bare", count)
                embedded.setdefault(f"bare x {processes}", []).append(bare(paths, processes))
            paths = copies(photo, folder / "ours", count)
            embedded.setdefault("tagwright", []).append(ours(paths, FileOptions()))
            for processes in sorted({1, workers}):
                paths = with_sidecars(folder / "bare", 6 * count)
                sidecar.setdefault(f"bare x {processes}", []).append(
                    bare_sidecars(paths, processes)
                )
            paths = with_sidecars(folder / "ours", 6 * count)
            sidecar.setdefault("tagwright", []).append(ours(paths, FileOptions(sidecar="always")))
        report("embedded write", embedded, 0.9)
        report("sidecar update", sidecar, 0.8)


def with_sidecars(folder: Path, count: int) -> list[Path]:
    """Lay out small photos whose sidecars exist already."""
    small = folder.parent / "small.jpg"
    Image.new("RGB", (64, 64), "teal").save(small)
    paths = copies(small, folder, count)
    first = Path(f"{paths[0]}.xmp")
    subprocess.run(["exiftool", "-q", "-XMP-dc:Title=A title", "-o", first], check=True)
    for path in paths[1:]:
        shutil.copyfile(first, f"{path}.xmp")
    os.sync()
    return paths


if __name__ == "__main__":
    main()
