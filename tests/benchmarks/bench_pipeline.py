"""The whole pipeline: 24-megapixel photos, a model that takes 2 s, 64 at once.

The same command that a person types, in a process of its own, against a model on loopback.

Two figures for the rate of the long job. The first is plain: photos by wall time, against what the
cores could do for the CPU that was used; the model's counts as well, being on the same cores. The
second allows for the one thing that no program could avoid: the last photo's answer comes 2 s after
it was asked for, when hardly anything is left to do meanwhile. Start, imports and exit are ours and
are in both.
"""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

PHOTOS = Path(__file__).parents[1] / "photos"
_LATENCY = 2.0  # s
_AT_ONCE = 64
_LONG = 1024  # photos


@dataclass(frozen=True)
class Taken:
    """What a command took."""

    wall: float  # s
    cpu: float  # s, user and system, exiftool included
    peak: float  # MB, of the largest process
    asked: float  # s of CPU, of the model that was asked
    summary: dict[str, Any]


def main() -> None:
    """Print the rows."""
    taken = job(60)
    print(f"  {taken.wall:.1f} s wall (goal <= 12)")  # as other taggers were measured
    taken = job(_LONG)
    cores = len(os.sched_getaffinity(0))
    ideal = max(_LONG * _LATENCY / _AT_ONCE, (taken.cpu + taken.asked) / cores)
    print(f"  {taken.wall:.1f} s wall, {_LONG / taken.wall:.1f} photos/s; ", end="")
    print(f"of min({_AT_ONCE}/{_LATENCY:.0f} s, cores/CPU): {ideal / taken.wall:.2f}x, ", end="")
    print(f"{ideal / (taken.wall - _LATENCY):.2f}x but for the last answer (goal >= 0.9)")
    memory()


def job(count: int) -> Taken:
    """Tag photos twice, print what that took and return it of the first run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Elsewhere, since a child's peak memory counts what its parent held when it was started.
        subprocess.run([sys.executable, __file__, str(folder / "photos"), str(count)], check=True)
        size = (folder / "photos" / "IMG_0000.JPG").stat().st_size / 1e6
        with model(_LATENCY) as (url, server):
            first = tag(folder, url, server=server.pid)
            second = tag(folder, url)
    print(f"pipeline, {count} x 24 MP, {size:.1f} MB, ", end="")
    print(f"model {_LATENCY:.0f} s, {_AT_ONCE} at once:")
    print(f"  CPU {first.cpu / count:.3f} s a photo (goal <= 0.15), peak {first.peak:.0f} MB")
    print(f"  tagged {first.summary['changed']} of {count}, asked {first.summary['asked']}")
    print(f"  second run: {second.summary['asked']} calls, ", end="")
    print(f"{second.summary['changed']} files touched (goal 0 / 0), {second.wall:.1f} s")
    return first


def memory() -> None:
    """Compare the peak of a small and a large library, with small pictures."""
    peaks = {}
    for count in (1_000, 20_000):
        with tempfile.TemporaryDirectory() as name, model(0.0) as (url, _):
            make_small(Path(name) / "photos", count)
            taken = tag(Path(name), url, "--dry-run")
            peaks[count] = taken.peak
            assert taken.summary["tagged"] == count
            print(f"memory, {count:,} photos: peak {taken.peak:.0f} MB, ", end="")
            print(f"{taken.cpu / count * 1e3:.1f} ms CPU a photo, {taken.wall:.0f} s")
    print(f"  grown {peaks[20_000] / peaks[1_000]:.2f}x for 20x the photos (goal: flat)")


@contextmanager
def model(seconds: float) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run the model on loopback and give its address."""
    script = Path(__file__).with_name("loopback_model.py")
    with subprocess.Popen(
        [sys.executable, str(script), str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process
        process.communicate()


def _cpu(pid: int | None) -> float:
    """Return the seconds of CPU that a process has used; 0 of none."""
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def tag(folder: Path, url: str, *options: str, server: int | None = None) -> Taken:
    """Tag ``folder/photos`` and return what it took; ``server`` is the model's process."""
    config = folder / "tagwright.toml"
    config.write_text(
        'taggers = ["openai-compatible:loopback"]\n'
        f'[tagger.openai-compatible]\nbase_url = "{url}"\nconcurrency = {_AT_ONCE}\n'
    )
    command = [sys.executable, "-m", "tagwright_plugins.cli", "tag", str(folder / "photos")]
    command += ["--json", "--config", str(config), "--state", str(folder / "state"), *options]
    before, asked = resource.getrusage(resource.RUSAGE_CHILDREN), _cpu(server)
    begun = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        last = b""
        for line in process.stdout:
            last = line
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    wall = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Taken(wall, cpu, usage.ru_maxrss / 1024, _cpu(server) - asked, json.loads(last))


def make_large(folder: Path, count: int) -> None:
    """Make 24-megapixel JPEGs of about 6 MB, each different in a byte of its picture."""
    folder.mkdir()
    with Image.open(PHOTOS / "temple.jpg") as small:
        large = small.convert("RGB").resize((6000, 4000), Image.Resampling.BICUBIC)
    noise = Image.effect_noise((6000, 4000), 14).convert("RGB")
    large = ImageChops.add(large, noise, scale=1.0, offset=-128)
    file = io.BytesIO()
    large.save(file, "JPEG", quality=75)
    data = bytearray(file.getvalue())
    place = len(data) - 1000
    for number in range(count):
        while data[place] >= 0xFE or data[place - 1] == 0xFF:
            place -= 1
        data[place] += 1
        (folder / f"IMG_{number:04d}.JPG").write_bytes(data)
        place -= 1


def make_small(folder: Path, count: int) -> None:
    """Make different small JPEGs, a thousand to a folder."""
    for number in range(count):
        place = folder / f"{number // 1000:03d}"
        place.mkdir(parents=True, exist_ok=True)
        colour = (number & 255, number >> 8 & 255, 128)
        Image.new("RGB", (64, 48), colour).save(place / f"{number:05d}.jpg", quality=90)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        make_large(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        main()
