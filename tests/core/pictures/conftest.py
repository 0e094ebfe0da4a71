"""Real files made on the spot: negatives, films, and what exiftool does to them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from exiftool import ExifTool  # type: ignore[import-untyped] # has no stubs
from PIL import Image
from PIL.TiffImagePlugin import IFDRational, ImageFileDirectory_v2

_BYTE, _ASCII, _SHORT, _LONG, _RATIONAL, _SRATIONAL = 1, 2, 3, 4, 5, 10
_UNDEFINED = 7
Tags = dict[int, tuple[int, Any]]  # tag: (TIFF type, value)


def _block(at: int, tags: Tags, data: bytes = b"") -> bytes:
    """Return an IFD to stand at an offset, and its strip right after it."""
    ifd = ImageFileDirectory_v2(prefix=b"II")
    if data:
        tags |= {273: (_LONG, 0), 279: (_LONG, len(data))}  # Pillow makes the offset absolute
    for tag, (kind, value) in tags.items():
        ifd.tagtype[tag] = kind
        ifd[tag] = value
    block = ifd.tobytes(at) + data
    return block + b"\0" * (len(block) % 2)


def write_dng(
    path: Path, sensor: bytes, size: tuple[int, int], preview: bytes = b"", orientation: int = 1
) -> Path:
    """Write a DNG of 16-bit RGGB samples, with a JPEG preview if there is one."""
    raw: Tags = {
        254: (_LONG, 0),
        256: (_LONG, size[0]),
        257: (_LONG, size[1]),
        258: (_SHORT, 16),
        259: (_SHORT, 1),
        262: (_SHORT, 32803),
        277: (_SHORT, 1),
        278: (_LONG, size[1]),
        33421: (_SHORT, (2, 2)),
        33422: (_BYTE, b"\x00\x01\x01\x02"),
        50717: (_LONG, 65535),
    }
    body = _block(8, raw, sensor)
    sub_ifds = [8]
    if preview:
        with Image.open(BytesIO(preview)) as image:
            width, height = image.size
        sub_ifds.append(8 + len(body))
        body += _block(
            sub_ifds[-1],
            {
                254: (_LONG, 1),
                256: (_LONG, width),
                257: (_LONG, height),
                258: (_SHORT, (8, 8, 8)),
                259: (_SHORT, 7),
                262: (_SHORT, 6),
                277: (_SHORT, 3),
                278: (_LONG, height),
            },
            preview,
        )
    thumbnail: Tags = {
        254: (_LONG, 1),
        256: (_LONG, 16),
        257: (_LONG, 16),
        258: (_SHORT, (8, 8, 8)),
        259: (_SHORT, 1),
        262: (_SHORT, 2),
        271: (_ASCII, "Tagwright"),
        272: (_ASCII, "Test"),
        274: (_SHORT, orientation),
        277: (_SHORT, 3),
        278: (_LONG, 16),
        330: (_LONG, tuple(sub_ifds)),
        50706: (_BYTE, b"\x01\x04\x00\x00"),
        50708: (_ASCII, "Tagwright Test"),
        50721: (_SRATIONAL, tuple(IFDRational(int(i % 4 == 0), 1) for i in range(9))),
        50728: (_RATIONAL, (IFDRational(1, 1),) * 3),
        50778: (_SHORT, 21),
    }
    at = 8 + len(body)
    header = b"II*\0" + at.to_bytes(4, "little")
    path.write_bytes(header + body + _block(at, thumbnail, bytes(16 * 16 * 3)))
    return path


@pytest.fixture(scope="session")
def dng() -> Callable[..., Path]:
    """The function that writes a DNG."""
    return write_dng


@pytest.fixture(scope="session")
def photo(photos: Path) -> Image.Image:
    """A small photograph, 200 by 133 pixels."""
    with Image.open(photos / "cat.jpg") as image:
        small = image.convert("RGB").resize((200, 133))
    small.info.clear()
    return small


@pytest.fixture(scope="session")
def exiftool() -> Iterator[Callable[..., None]]:
    """Edit a file with the real exiftool, which must really change it unless told otherwise."""
    with ExifTool(common_args=["-m", "-overwrite_original"]) as tool:

        def edit(path: Path, *arguments: str, changes: bool = True) -> None:
            said = tool.execute(*arguments, str(path))
            assert not changes or "1 image files updated" in said, f"{said}{tool.last_stderr}"

        yield edit


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Make a film of 160 by 90 pixels: red for its first half second, then blue."""
    folder = tmp_path_factory.mktemp("films")

    def make(name: str, *options: str, seconds: float = 2) -> Path:
        path = folder / name
        colours = (f"color=red:s=160x90:d={seconds / 4}", f"color=blue:s=160x90:d={seconds}")
        subprocess.run(
            [
                *("ffmpeg", "-loglevel", "error", "-y", "-f", "lavfi", "-i", colours[0]),
                *("-f", "lavfi", "-i", colours[1], "-filter_complex", "[0][1]concat"),
                *("-pix_fmt", "yuv420p", *options, f"file:{path}"),
            ],
            check=True,
            stdin=subprocess.DEVNULL,
        )
        return path

    return make
