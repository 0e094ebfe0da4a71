"""Renditions and content keys of 24-megapixel photos against the bare decodes that they need."""

from __future__ import annotations

import resource
import runpy
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image

from tagwright.model import RenditionSpec
from tagwright.pictures import content_key, render

_TESTS = Path(__file__).resolve().parents[1]
_SIZE = (6000, 4000)
_ROUNDS = 9
_PEAK = """
import sys, pathlib
from tagwright.model import RenditionSpec
from tagwright.pictures import render
def peak():
    status = pathlib.Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])
render(pathlib.Path(sys.argv[2]), RenditionSpec())
before = peak()
render(pathlib.Path(sys.argv[1]), RenditionSpec(long_edge=int(sys.argv[3])))
print((peak() - before) / 1024)
"""


def main() -> None:
    """Print the rows."""
    with tempfile.TemporaryDirectory() as name:
        photo = _photo(Path(name, "photo.jpg"))
        for edge in (750, 768):
            _rendition(photo, edge)
        _content_key(photo)
        _negative(Path(name, "photo.dng"), photo)


def _rendition(photo: Path, edge: int) -> None:
    spec = RenditionSpec(long_edge=edge)
    ours, bare = _interleaved(lambda: render(photo, spec), lambda: _bare(photo, edge))
    print(
        f"rendition 24 MP → {edge} px: {ours:.0f} ms CPU, "
        f"{ours / bare:.2f}x of the bare DCT-scaled decode (goal <= 1.5), "
        f"peak {_peak(photo, edge):.0f} MB (goal <= 60)"
    )


def _content_key(photo: Path) -> None:
    (ours,) = _interleaved(lambda: content_key(photo))
    size = photo.stat().st_size / 1e6
    print(f"content key of a {size:.0f} MB JPEG: {ours:.1f} ms CPU")


def _negative(path: Path, photo: Path) -> None:
    try:
        import rawpy  # noqa: PLC0415 - an extra
    except ImportError:
        print("RAW with preview: left out, rawpy is not installed")
        return
    with Image.open(photo) as image:
        small = BytesIO()
        image.resize((1616, 1080)).save(small, "JPEG", quality=90)
        samples = image.convert("L").convert("I;16").point(lambda value: value * 257).tobytes()
    write_dng = runpy.run_path(str(_TESTS / "core/pictures/conftest.py"))["write_dng"]
    write_dng(path, samples, _SIZE, small.getvalue())

    def half() -> None:
        with rawpy.imread(str(path)) as raw:
            raw.postprocess(half_size=True, use_camera_wb=True)

    ours, bare = _interleaved(lambda: render(path, RenditionSpec()), half)
    print(
        f"RAW with preview: {ours:.0f} ms CPU, "
        f"{ours / bare:.3f}x of a half-size decode (goal <= 0.1)"
    )


def _photo(path: Path) -> Path:
    """Write a photograph of 24 megapixels with a sensor's noise, about 6 MB."""
    with Image.open(_TESTS / "photos/coffee.jpg") as image:
        large = image.convert("RGB").resize(_SIZE, Image.Resampling.BICUBIC)
    noise = Image.effect_noise(_SIZE, 60).convert("RGB")
    Image.blend(large, noise, 0.12).save(path, quality=85)
    return path


def _bare(photo: Path, edge: int) -> None:
    with Image.open(photo) as image:
        image.draft(None, (edge, edge * _SIZE[1] // _SIZE[0]))
        image.load()


def _interleaved(*works: Callable[[], object]) -> Sequence[float]:
    """Return the median CPU time of each work in ms, taken in turns after one warm-up."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(_ROUNDS + 1):
        for work, taken in zip(works, times, strict=True):
            before = _cpu()
            work()
            taken.append(_cpu() - before)
    return [statistics.median(taken[1:]) * 1e3 for taken in times]


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _peak(photo: Path, edge: int) -> float:
    """Return by how many MB the peak memory of a process that has made one rendition grows."""
    small = _TESTS / "photos/cat.jpg"
    command = [sys.executable, "-c", _PEAK, str(photo), str(small), str(edge)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    main()
