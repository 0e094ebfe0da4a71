"""Poster frames of videos, by the ffmpeg program."""

from __future__ import annotations

import os
import subprocess
from io import BytesIO
from pathlib import Path

from PIL import Image

from tagwright.errors import UnreadableError
from tagwright.pictures.stills import COPY_AGAIN, decoding, shrunk

_TIMEOUT = 60  # s
_MAX_PIXELS = 70_000_000  # of a frame: 8K twice over
_DEMUXERS = "mov,matroska,avi,mpeg,mpegts,mpegvideo,asf"  # no playlists, which name other files
_POSITIONS = ("1", "0")  # s; films often start black, and some are over by then


def poster(path: Path, long_edge: int) -> Image.Image:
    """Return the frame at one second, or the first of a shorter video, upright.

    Raises:
        UnreadableError: ffmpeg is not installed or finds no picture in time.
    """
    for position in _POSITIONS:
        frame = _run(_command(path, position, long_edge))
        if frame:
            with decoding():
                return shrunk(Image.open(BytesIO(frame), formats=["PPM"]), long_edge)
    raise UnreadableError("ffmpeg finds no picture in this video.", cure=COPY_AGAIN)


def _command(path: Path, position: str, long_edge: int) -> list[str | bytes]:
    """Return an argument list in which no file name can be an option, a protocol or a playlist.

    Frames are made square-pixelled and small by ffmpeg, so that little comes through the pipe.
    """
    box = f"w='min({long_edge},iw)':h='min({long_edge},ih)'"
    return [
        *("ffmpeg", "-nostdin", "-loglevel", "error", "-threads", "1"),
        *("-max_pixels", str(_MAX_PIXELS), "-protocol_whitelist", "file"),
        *("-format_whitelist", _DEMUXERS, "-ss", position),
        *("-i", os.fsencode(path.absolute())),
        *("-frames:v", "1", "-an", "-sn", "-dn"),
        *("-vf", f"scale=iw*sar:ih,setsar=1,scale={box}:force_original_aspect_ratio=decrease"),
        *("-f", "image2pipe", "-c:v", "ppm", "-pix_fmt", "rgb24", "pipe:1"),
    ]


def _run(command: list[str | bytes]) -> bytes:
    """Return what the command prints; nothing if it fails."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_TIMEOUT, check=False
        )
    except FileNotFoundError as exc:
        cure = "Install ffmpeg (Debian: apt install ffmpeg)."
        raise UnreadableError("Videos need the program ffmpeg.", cure=cure) from exc
    except subprocess.TimeoutExpired as exc:
        message = f"ffmpeg found no picture in this video within {_TIMEOUT} s."
        raise UnreadableError(message, cure=COPY_AGAIN) from exc
    return done.stdout
