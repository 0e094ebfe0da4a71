"""The content key against the real exiftool: metadata leaves it, pixels change it."""

from __future__ import annotations

import os
import re
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tagwright.errors import StorageError, UnreadableError, VanishedError
from tagwright.pictures import content_key

PICTURES: dict[str, dict[str, Any]] = {
    "baseline.jpg": {"quality": 95},
    "progressive.jpg": {"quality": 95, "progressive": True},
    "restart.jpg": {"quality": 95, "restart_marker_rows": 1},
    "still.png": {},
    "moving.png": {"save_all": True, "append_images": 3},
    "lossless.webp": {"lossless": True},
    "lossy.webp": {"quality": 100},
    "alpha.webp": {"lossless": True, "alpha": True},
    "moving.webp": {"save_all": True, "append_images": 3},
    "still.gif": {},
    "moving.gif": {"save_all": True, "append_images": 3},
    "plain.tif": {},
    "lzw.tif": {"compression": "tiff_lzw"},
    "jpeg.tif": {"compression": "jpeg"},
    "pages.tif": {"save_all": True, "append_images": 3},
    "still.avif": {"quality": 100},
    "moving.avif": {"save_all": True, "append_images": 3},
    "still.heic": {"quality": -1},
}
EDITS = (
    ("-XMP-dc:Subject=tag", "-XMP-dc:Description=" + "long " * 1000),
    ("-XMP-dc:Subject+=more", "-XMP-digiKam:TagsList+=a/b"),
    ("-IPTC:Keywords=tag",),
    ("-EXIF:Artist=somebody", "-EXIF:UserComment=hello"),
    ("-IFD0:Orientation#=6",),
    ("-GPSLatitude=48.1", "-GPSLatitudeRef=N"),
    ("-Comment=hello",),
    ("-all=",),
)


def save(image: Image.Image, path: Path, options: dict[str, Any]) -> Path:
    """Save with Pillow, or pillow-heif; ``append_images`` counts turned copies."""
    options = dict(options)
    if options.pop("alpha", False):
        image = image.convert("RGBA")
        image.putalpha(128)
    if frames := options.pop("append_images", 0):
        options["append_images"] = [image.rotate(90 * turn) for turn in range(1, frames)]
    if path.suffix == ".heic":
        pillow_heif = pytest.importorskip("pillow_heif")
        pillow_heif.from_pillow(image).save(path, **options)
    else:
        image.save(path, **options)
    return path


@pytest.mark.parametrize("name", PICTURES)
def test_metadata_leaves_the_key(
    name: str, photo: Image.Image, tmp_path: Path, exiftool: Callable[..., None]
) -> None:
    """Whatever exiftool adds, changes or removes, one after the other, the key stays."""
    path = save(photo, tmp_path / name, PICTURES[name])
    key = content_key(path)
    assert re.fullmatch(r"(jpeg|png|webp|gif|tiff|heif)1:[0-9a-f]{32}", key)
    written = 0
    for edit in EDITS:
        before = path.read_bytes()
        exiftool(path, *edit, changes=False)
        written += before != path.read_bytes()
        assert content_key(path) == key, edit
    assert written >= 3


@pytest.mark.parametrize("name", PICTURES)
def test_one_pixel_changes_the_key(name: str, photo: Image.Image, tmp_path: Path) -> None:
    """The key is of what is seen."""
    other = photo.copy()
    other.putpixel((100, 60), (255, 0, 255))
    key = content_key(save(photo, tmp_path / name, PICTURES[name]))
    assert content_key(save(other, tmp_path / f"other-{name}", PICTURES[name])) != key


def test_bigtiff_has_the_key_of_its_tiff(photo: Image.Image, tmp_path: Path) -> None:
    """Wide offsets are offsets all the same."""
    plain = save(photo, tmp_path / "a.tif", {})
    assert content_key(save(photo, tmp_path / "b.tif", {"big_tiff": True})) == content_key(plain)


def test_later_frames_count(photo: Image.Image, tmp_path: Path) -> None:
    """An animated PNG is all its frames."""
    keys = set()
    for colour in ("red", "blue"):
        path = tmp_path / f"{colour}.png"
        photo.save(path, save_all=True, append_images=[Image.new("RGB", photo.size, colour)])
        keys.add(content_key(path))
    assert len(keys) == 2


def test_how_png_data_is_cut_does_not_count(photo: Image.Image, tmp_path: Path) -> None:
    """The same pixels in one IDAT chunk or in two are the same picture."""
    path = tmp_path / "a.png"
    photo.save(path)
    key = content_key(path)
    data = path.read_bytes()
    start = data.index(b"IDAT") - 4
    length = int.from_bytes(data[start : start + 4], "big")
    pixels = data[start + 8 : start + 8 + length]
    halves = (pixels[:1000], pixels[1000:])
    chunks = b"".join(struct.pack(">I", len(half)) + b"IDAT" + half + bytes(4) for half in halves)
    path.write_bytes(data[:start] + chunks + data[start + 12 + length :])
    assert content_key(path) == key


def test_tiles_count(tmp_path: Path) -> None:
    """The data of a tiled TIFF is found by its tiles."""
    path = tmp_path / "a.tif"
    keys = set()
    for colour in (10, 11):
        Image.new("L", (16, 16), colour).save(path)
        data = path.read_bytes()
        for strip, tile in ((273, 324), (279, 325)):
            data = data.replace(struct.pack("<HHI", strip, 4, 1), struct.pack("<HHI", tile, 4, 1))
        path.write_bytes(data)
        keys.add(content_key(path))
    assert len(keys) == 2
    assert all(key.startswith("tiff1:") for key in keys)


@pytest.mark.parametrize("name", ["film.mp4", "film.mov"])
def test_film(name: str, film: Callable[..., Path], exiftool: Callable[..., None]) -> None:
    """XMP moves a film's media data about and leaves its key; other media have another."""
    path = film(name)
    key = content_key(path)
    assert key.startswith("film1:")
    exiftool(path, "-XMP-dc:Subject=tag")
    assert content_key(path) == key
    assert content_key(film(f"longer-{name}", seconds=3)) != key


def test_negative(dng: Callable[..., Path], tmp_path: Path, exiftool: Callable[..., None]) -> None:
    """What Lightroom may write into a DNG leaves its key; one sensor sample changes it."""
    sensor = bytearray(64 * 64 * 2)
    path = dng(tmp_path / "a.dng", bytes(sensor), (64, 64))
    key = content_key(path)
    exiftool(path, "-XMP-dc:Subject=tag")
    assert content_key(path) == key
    sensor[4000] = 1
    assert content_key(dng(tmp_path / "b.dng", bytes(sensor), (64, 64))) != key


def box(kind: bytes, content: bytes) -> bytes:
    """A box of an ISO base media file."""
    return struct.pack(">I", len(content) + 8) + kind + content


def test_data_inside_the_meta_box_of_a_heic(tmp_path: Path) -> None:
    """A phone's grid of tiles is described in ``idat``: it counts, and where it lies does not."""
    keys = []
    for moved, grid in ((b"", b"two by two"), (bytes(40), b"two by two"), (b"", b"one by two")):
        entry = box(b"infe", b"\2\0\0\0" + struct.pack(">HH", 1, 0) + b"grid\0")
        place = struct.pack(">HHHHII", 1, 1, 0, 1, 0, len(grid))  # construction method 1: idat
        parts = (
            box(b"iinf", bytes(4) + struct.pack(">H", 1) + entry),
            box(b"iloc", b"\1\0\0\0\x44\0" + struct.pack(">H", 1) + place),
            box(b"idat", grid),
        )
        path = tmp_path / "a.heic"
        head = box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"free", moved)
        path.write_bytes(head + box(b"meta", bytes(4) + b"".join(parts)))
        keys.append(content_key(path))
    assert keys[0].startswith("heif1:")
    assert keys[0] == keys[1] != keys[2]


def test_cut_off_jpeg_keeps_its_key_when_written(
    photos: Path, tmp_path: Path, exiftool: Callable[..., None]
) -> None:
    """ExifTool writes into a JPEG without an end; what is left of the picture is its key."""
    path = tmp_path / "cut.jpg"
    path.write_bytes((photos / "cat.jpg").read_bytes()[:20_000])
    key = content_key(path)
    exiftool(path, "-XMP-dc:Subject=tag")
    assert content_key(path) == key
    assert key != content_key(photos / "cat.jpg")


def test_trailers_do_not_count(photos: Path, tmp_path: Path) -> None:
    """A motion photo's film behind the picture is not the picture."""
    path = tmp_path / "motion.jpg"
    path.write_bytes((photos / "cat.jpg").read_bytes() + b"\0\0\0\x18ftypmp42" + bytes(5000))
    assert content_key(path) == content_key(photos / "cat.jpg")


def test_name_does_not_count(photos: Path, tmp_path: Path) -> None:
    """A renamed file is the same picture."""
    path = tmp_path / "-x\n.nef"
    shutil.copy(photos / "cat.jpg", path)
    assert content_key(path) == content_key(photos / "cat.jpg")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xd9",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\xff\xff\xff\xffWEBP",
        b"GIF89a",
        b"II*\0\x08\0\0\0\0\0\x08\0\0\0",  # an IFD that names itself as the next
        b"II*\0\xff\xff\xff\x7f",
        b"MM\0+\0\x08\0\0" + b"\xff" * 8,
        b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0" + b"\xff" * 8,
        b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0"
        + struct.pack("<HHQQHHQQQ", 273, 16, 1, 1 << 63, 279, 16, 1, 1, 0),
        b"\0\0\0\x10ftypheic\0\0\0\0" + b"\0\0\0\x01meta" + b"\xff" * 8,
        b"\0\0\0\x10ftypmp42\0\0\0\0",
    ],
)
def test_what_cannot_be_parsed_is_hashed_whole(content: bytes, tmp_path: Path) -> None:
    """Every readable file has a key, and each its own."""
    path = tmp_path / "x"
    path.write_bytes(content)
    key = content_key(path)
    assert re.fullmatch(r"file1:[0-9a-f]{32}", key)
    path.write_bytes(content + b"!")
    assert content_key(path) != key


def test_spans_that_overlap_without_end_are_refused(tmp_path: Path) -> None:
    """A hundred strips that each claim the whole file do not make it a hundred times the work."""
    count = 100
    at = 8 + 2 + 2 * 12 + 4
    size = at + 8 * count
    entries = b"".join(
        tag.to_bytes(2, "little")
        + b"\x04\0"
        + count.to_bytes(4, "little")
        + place.to_bytes(4, "little")
        for tag, place in ((273, at), (279, at + 4 * count))
    )
    values = bytes(4 * count) + size.to_bytes(4, "little") * count
    path = tmp_path / "bomb.tif"
    path.write_bytes(b"II*\0\x08\0\0\0\x02\0" + entries + bytes(4) + values)
    assert content_key(path).startswith("file1:")


def test_no_picture_at_all(tmp_path: Path) -> None:
    """What is gone, a folder, a pipe nobody writes to and a locked file each say so at once."""
    with pytest.raises(VanishedError, match="no longer there"):
        content_key(tmp_path / "gone.jpg")
    (tmp_path / "x.jpg").mkdir()
    with pytest.raises(UnreadableError, match="folder"):
        content_key(tmp_path / "x.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(UnreadableError, match=r"pipe\.jpg"):
        content_key(tmp_path / "pipe.jpg")


def test_locked_file(photos: Path, tmp_path: Path) -> None:
    """A file without permission names the cure."""
    path = tmp_path / "locked.jpg"
    shutil.copy(photos / "cat.jpg", path)
    path.chmod(0)
    user = os.geteuid()
    os.seteuid(user or 65534)  # root may read everything
    try:
        with pytest.raises(StorageError, match="permission"):
            content_key(path)
    finally:
        os.seteuid(user)
