"""kill -9 at random moments inside writes: no original may be damaged, every run goes on.

Run: python tests/benchmarks/bench_kills.py [KILLS]

A child process writes tag after tag to a few photos without a pause and says after each write that
it is done. It is killed at a random moment. Then every photo must decode, have its content key,
its person's keyword and all tags that were said to be written, alike in all fields; sidecars too.
The next child goes on with the same files and clears away what the killed one left.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tagwright.model import AssetRef, Tag
from tagwright.pictures import content_key
from tagwright.ports import Receipt
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.targets import FileOptions
from tagwright_adapters.xmp import fields, packet

PHOTOS = Path(__file__).parents[1] / "photos"
NAMES = ("one.jpg", "two.jpg", "three.png", "four.nef")
MOST = 8  # writes before the one that is hit
LONGEST = 0.012  # seconds from the beginning of a write to the kill
SECONDS = 20.0  # until a child that writes nothing counts as stuck
FRESH = 10  # kills after which the photos are laid out anew, so that their tags stay few


@dataclass
class Tally:
    """What the kills did."""

    kills: int = 0
    inside: int = 0  # a temporary file was there: the kill hit a write before its rename
    damaged: int = 0
    lost: int = 0  # writes that were said to be done and are not there
    stuck: int = 0  # runs that could not go on
    leftovers: int = 0  # of killed runs, still there after the next one


def lay_out(folder: Path) -> dict[str, str]:
    """Make photos with a person's keyword; return their content keys."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in NAMES:
        source = PHOTOS / ("page.png" if name.endswith("png") else "cat.jpg")
        shutil.copyfile(source, folder / name)
    pictures = [str(folder / name) for name in NAMES]
    command = ["exiftool", "-q", "-overwrite_original", "-XMP-dc:Subject=Mine", *pictures[:3]]
    subprocess.run(command, check=True)
    return {name: content_key(folder / name) for name in NAMES}


async def note(_: Receipt) -> None:
    """Keep no ledger."""


async def child(folder: Path, first: int) -> None:
    """Write until killed."""
    library = FileLibrary([folder], FileOptions(workers=1))
    for number in range(first, first + 1000):
        tag = Tag(f"t{number}", ("Test", f"T{number}"), run=f"run-{first}")
        for name in NAMES:
            await library.write(AssetRef("files", str(folder / name)), [tag], note)
            os.write(1, f"{name} {number}\n".encode())


def strike(folder: Path, first: int, rng: random.Random) -> tuple[dict[str, int], bool]:
    """Start a child and kill it just after a write began; return its last writes, and if any."""
    command = [sys.executable, __file__, "--child", str(folder), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(rng.randint(1, MOST))]
        began = said[-1] != b""
        known, deadline = temporaries(folder), time.monotonic() + SECONDS
        while began and temporaries(folder) <= known and time.monotonic() < deadline:
            os.sched_yield()
        time.sleep(rng.uniform(0, LONGEST))
        process.kill()
        said += process.stdout.readlines()
    written = {}
    for line in said:
        if line.strip():
            name, number = line.decode().split()
            written[name] = int(number)
    return written, began


def entries(path: Path) -> tuple[list[str], list[str], list[str]]:
    """Return the keyword fields of a photo or of its sidecar; raises if they cannot be read."""
    if path.suffix == ".nef":
        sidecar = path.with_name(f"{path.name}.xmp")
        data = sidecar.read_bytes() if sidecar.exists() else packet.EMPTY
    else:
        command = ["exiftool", "-b", "-XMP", str(path)]
        data = subprocess.run(command, check=True, capture_output=True).stdout
    found = fields.read(packet.read([data]), None)
    return list(found.tagslist), list(found.lr), list(found.dc)


def is_whole(path: Path, key: str) -> bool:
    """Whether the picture decodes, is the same and its fields agree."""
    try:
        Image.open(io.BytesIO(path.read_bytes())).load()
        tagslist, lr, dc = entries(path)
    except Exception as exc:  # noqa: BLE001 - whatever goes wrong is damage, and is shown
        print(f"  {path.name}: {exc!r}")
        return False
    ours = [entry.removeprefix("Test/") for entry in tagslist if entry.startswith("Test/")]
    mine = [] if path.suffix == ".nef" else ["Mine"]
    both = mine if ours else []  # a person's keyword is spread with the first tag
    return (
        content_key(path) == key
        and dc == [*mine, *ours]
        and lr == [*both, *(f"Test|{entry}" for entry in ours)]
        and tagslist == [*both, *(f"Test/{entry}" for entry in ours)]
    )


def temporaries(folder: Path) -> set[str]:
    """Return our temporary files."""
    return {name for name in os.listdir(folder) if name.startswith(".tagwright-")}


def examine(tally: Tally, folder: Path, keys: dict[str, str], written: dict[str, int]) -> None:
    """Count what a kill did."""
    for name, key in keys.items():
        if not is_whole(folder / name, key):
            tally.damaged += 1
        elif name in written and f"Test/T{written[name]}" not in entries(folder / name)[0]:
            tally.lost += 1


def run(folder: Path, kills: int, rng: random.Random) -> Tally:
    """Kill and examine."""
    tally = Tally()
    keys: dict[str, str] = {}
    left: set[str] = set()
    for number in range(kills):
        if number % FRESH == 0:
            keys, left = lay_out(folder), set()
        written, began = strike(folder, number * 1000, rng)
        tally.kills += 1
        tally.stuck += not began
        now = temporaries(folder)
        tally.inside += bool(now - left)
        tally.leftovers += len(now & left)
        left = now
        examine(tally, folder, keys, written)
    return tally


def main(arguments: Sequence[str]) -> int:
    """Print the tally; exit code 1 if anything was damaged, lost, stuck or left."""
    if arguments[:1] == ["--child"]:
        with contextlib.suppress(BrokenPipeError):
            asyncio.run(child(Path(arguments[1]), int(arguments[2])))
        return 0
    kills = int(arguments[0]) if arguments else 200
    seed = random.randrange(1 << 32)
    with tempfile.TemporaryDirectory(prefix="tagwright-kills-") as name:
        tally = run(Path(name) / "photos", kills, random.Random(seed))
    print(
        f"{tally.kills} kills (seed {seed}), {tally.inside} before a rename: "
        f"{tally.damaged} damaged, {tally.lost} writes lost, {tally.stuck} runs stuck, "
        f"{tally.leftovers} leftovers stayed"
    )
    return int(bool(tally.damaged or tally.lost or tally.stuck or tally.leftovers))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
