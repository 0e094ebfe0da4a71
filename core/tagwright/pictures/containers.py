"""What a file is, by its first bytes; its name counts only where these leave it open."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from tagwright.pictures import tiff
from tagwright.pictures.formats import FormatKind, format_of
from tagwright.pictures.opening import opened


class Container(StrEnum):
    """How a file is built."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    TIFF = "tiff"
    HEIC = "heic"
    AVIF = "avif"
    RAW = "raw"
    FILM = "mp4"  # ISO base media and QuickTime
    MATROSKA = "matroska"
    AVI = "avi"
    MPEG = "mpeg"  # program stream
    MPEG_TS = "mpegts"
    ASF = "asf"
    UNKNOWN = "unknown"


FILMS = frozenset(
    {
        Container.FILM,
        Container.MATROSKA,
        Container.AVI,
        Container.MPEG,
        Container.MPEG_TS,
        Container.ASF,
    }
)

_MAGIC = (
    (b"\xff\xd8\xff", Container.JPEG),
    (b"\x89PNG\r\n\x1a\n", Container.PNG),
    (b"GIF87a", Container.GIF),
    (b"GIF89a", Container.GIF),
    (b"II*\0", Container.TIFF),
    (b"MM\0*", Container.TIFF),
    (b"II+\0", Container.TIFF),  # BigTIFF
    (b"MM\0+", Container.TIFF),
    (b"IIRO", Container.RAW),  # Olympus
    (b"IIRS", Container.RAW),
    (b"MMOR", Container.RAW),
    (b"IIU\0", Container.RAW),  # Panasonic, Leica
    (b"FUJIFILMCCD-RAW", Container.RAW),
    (b"FOVb", Container.RAW),  # Sigma
    (b"\0MRM", Container.RAW),  # Minolta
    (b"II\x1a\0\0\0HEAPCCDR", Container.RAW),  # Canon CRW
    (b"\x1aE\xdf\xa3", Container.MATROSKA),
    (b"\0\0\x01\xba", Container.MPEG),
    (b"\0\0\x01\xb3", Container.MPEG),
    (b"0&\xb2u\x8ef\xcf\x11", Container.ASF),
)
_QUICKTIME = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})


def sniff(path: Path) -> Container:
    """Return what a file really is, whatever its name says.

    Raises:
        AssetError: it cannot be read.
    """
    with opened(path) as stream:
        return identify(stream, path.name)


def identify(stream: BinaryIO, name: str) -> Container:
    """Return what a file is. Some RAW files are TIFF in all but name, hence ``name``."""
    container = by_magic(stream)
    if container is not Container.TIFF:
        return container
    form = format_of(name)
    if form and form.kind is FormatKind.RAW:
        return Container.RAW
    size = os.fstat(stream.fileno()).st_size
    return Container.RAW if tiff.is_negative(stream, size) else Container.TIFF


def by_magic(stream: BinaryIO) -> Container:
    """Return what the first bytes say."""
    stream.seek(0)
    head = stream.read(512)
    for magic, container in _MAGIC:
        if head.startswith(magic):
            return container
    if head[:4] == b"RIFF":
        return {b"WEBP": Container.WEBP, b"AVI ": Container.AVI}.get(head[8:12], Container.UNKNOWN)
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[4:8] in _QUICKTIME:
        return Container.FILM
    if _is_transport_stream(head):
        return Container.MPEG_TS
    return Container.UNKNOWN


def _by_brand(head: bytes) -> Container:
    box = head[: int.from_bytes(head[:4], "big")]
    brands = {box[8:12], *(box[at : at + 4] for at in range(16, len(box) - 3, 4))}
    if b"crx " in brands:
        return Container.RAW  # Canon CR3
    if brands & _AVIF_BRANDS:
        return Container.AVIF
    return Container.HEIC if brands & _HEIC_BRANDS else Container.FILM


def _is_transport_stream(head: bytes) -> bool:
    """Look for the sync byte of two packets, which Blu-ray prefixes with four bytes."""
    return any(
        head[first : first + length + 1 : length] == b"GG" for first, length in ((0, 188), (4, 192))
    )
