"""Renditions of negatives and films."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tagwright.errors import UnreadableError
from tagwright.model import RenditionSpec
from tagwright.pictures import render, video

SPEC = RenditionSpec(long_edge=300)
SIZE = (320, 200)  # of the sensor


def seen(path: Path, spec: RenditionSpec = SPEC) -> Image.Image:
    """The rendition, decoded."""
    with Image.open(BytesIO(render(path, spec).data)) as image:
        image.load()
    return image


def colours(pixel: object) -> str:
    """The colour that a pixel is nearest to."""
    assert isinstance(pixel, tuple)
    return max(zip(pixel, ("red", "green", "blue"), strict=True))[1]


def preview(size: tuple[int, int], **options: object) -> bytes:
    """A JPEG with a red upper left quarter on green."""
    image = Image.new("RGB", size, "green")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=95, **options)
    return buffer.getvalue()


def blue_sensor() -> bytes:
    """RGGB samples that see blue only."""
    even, odd = struct.pack("<2H", 0, 0), struct.pack("<2H", 0, 50_000)
    return (even * (SIZE[0] // 2) + odd * (SIZE[0] // 2)) * (SIZE[1] // 2)


@pytest.fixture(autouse=True)
def _needs_rawpy(request: pytest.FixtureRequest) -> None:
    if "dng" in request.fixturenames:
        pytest.importorskip("rawpy")


@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [
        (1, (300, 200), (10, 10)),
        (3, (300, 200), (290, 190)),
        (6, (200, 300), (190, 10)),
        (8, (200, 300), (10, 290)),
    ],
)
def test_preview(
    orientation: int,
    size: tuple[int, int],
    red: tuple[int, int],
    dng: Callable[..., Path],
    tmp_path: Path,
) -> None:
    """The camera's preview is shown, upright, where it is large enough."""
    path = dng(tmp_path / "a.dng", blue_sensor(), SIZE, preview((600, 400)), orientation)
    image = seen(path)
    assert image.size == size
    assert colours(image.getpixel(red)) == "red"
    assert colours(image.getpixel((size[0] - 1 - red[0], size[1] - 1 - red[1]))) == "green"


def test_preview_that_is_upright_already(dng: Callable[..., Path], tmp_path: Path) -> None:
    """What the preview says of itself goes before what the negative says."""
    exif = Image.Exif()
    exif[0x0112] = 1
    jpeg = preview((400, 600), exif=exif)
    by_camera = jpeg[:2] + jpeg[20:]  # without JFIF's segment: EXIF comes first
    image = seen(dng(tmp_path / "a.dng", blue_sensor(), SIZE, by_camera, 6))
    assert image.size == (200, 300)
    assert colours(image.getpixel((10, 10))) == "red"


@pytest.mark.parametrize("jpeg", [b"", preview((64, 40)), preview((600, 400))[:40]])
def test_no_useful_preview(jpeg: bytes, dng: Callable[..., Path], tmp_path: Path) -> None:
    """Without a preview, or with a stamp or a wreck of one, the sensor data is developed."""
    if len(jpeg) == 40:
        good = preview((600, 400))
        path = dng(tmp_path / "a.dng", blue_sensor(), SIZE, good, 6)
        path.write_bytes(path.read_bytes().replace(good, jpeg.ljust(len(good), b"\0")))
    else:
        path = dng(tmp_path / "a.dng", blue_sensor(), SIZE, jpeg, 6)
    image = seen(path)
    assert image.size == (100, 160)
    assert colours(image.getpixel((50, 80))) == "blue"


@pytest.mark.parametrize("name", [b"-x.dng", b"a\nb\xff.dng", b"film.tif"])
def test_names_of_negatives(name: bytes, dng: Callable[..., Path], tmp_path: Path) -> None:
    """LibRaw opens by name, and takes every name."""
    path = tmp_path / name.decode(errors="surrogateescape")
    assert seen(dng(path, blue_sensor(), SIZE, preview((600, 400)))).size == (300, 200)


def test_broken_negative(dng: Callable[..., Path], tmp_path: Path) -> None:
    """What LibRaw cannot read is an error of ours."""
    path = dng(tmp_path / "a.dng", blue_sensor(), SIZE)
    data = path.read_bytes()
    path.write_bytes(data[:30_000] + data[-1200:])
    with pytest.raises(UnreadableError, match=r"a\.dng"):
        render(path, SPEC)


@pytest.mark.parametrize("name", ["a.mp4", "-a.mov", "a%03d'\n.mkv", "a:b.avi", "\udcff.webm"])
def test_poster(name: str, film: Callable[..., Path]) -> None:
    """The frame at one second, whatever the container and its name."""
    image = seen(film(name))
    assert image.size == (160, 90)
    assert colours(image.getpixel((80, 45))) == "blue"


def test_short_film(film: Callable[..., Path]) -> None:
    """A film that is over by then shows its first frame."""
    assert colours(seen(film("short.mp4", seconds=0.4)).getpixel((80, 45))) == "red"


def test_film_is_small_upright_and_in_proportion(film: Callable[..., Path]) -> None:
    """Frames are turned as the phone was held, made small, and stretched to square pixels."""
    assert seen(film("small.mp4"), RenditionSpec(long_edge=80)).size == (80, 45)
    assert seen(film("wide.mp4", "-aspect", "32:9")).size == (300, 84)
    turned = film("turned.mp4")
    data = turned.read_bytes()
    matrix = data.index(b"tkhd") + 44
    quarter = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)
    turned.write_bytes(data[:matrix] + quarter + data[matrix + 36 :])
    assert seen(turned).size == (90, 160)


def test_no_picture_in_a_film(film: Callable[..., Path], tmp_path: Path) -> None:
    """Sound alone, and a film that was cut off, are errors of ours."""
    sound = tmp_path / "sound.mp4"
    source = ("-f", "lavfi", "-i", "anullsrc", "-t", "0.2")
    subprocess.run(["ffmpeg", "-loglevel", "error", *source, sound], check=True)
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(film("whole.mp4").read_bytes()[:400])
    for path in (sound, cut):
        with pytest.raises(UnreadableError, match=rf"{path.name}: ffmpeg finds no picture"):
            render(path, SPEC)


def test_playlists_are_not_followed(film: Callable[..., Path]) -> None:
    """A playlist that names another film shows nothing of it, even where ffmpeg is made to look."""
    playlist = film("other.ts").with_name("playlist.mp4")
    playlist.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nother.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(UnreadableError, match="no picture"):
        video.poster(playlist, 300)


def test_without_ffmpeg(
    film: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where ffmpeg is missing the error says how to get it."""
    path = film("missing.mp4")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnreadableError, match="apt install ffmpeg"):
        render(path, SPEC)


def test_ffmpeg_that_never_ends(
    film: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A film that ffmpeg hangs on is given up."""
    path = film("endless.mp4")
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(video, "_TIMEOUT", 0.2)
    with pytest.raises(UnreadableError, match="within"):
        render(path, SPEC)
