"""Invented facts for sample photographs that carry none, written by exiftool."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tagwright.errors import MetadataError, MissingProgramError

_INVENTED = {
    "temple.jpg": (
        "-DateTimeOriginal=2024:04:06 14:30:00",
        "-OffsetTimeOriginal=+08:00",
        "-GPSLatitude=39.9998",
        "-GPSLatitudeRef=N",
        "-GPSLongitude=116.2755",
        "-GPSLongitudeRef=E",
    ),
    "rocket.jpg": (
        "-DateTimeOriginal=2018:02:06 18:28:00",
        "-OffsetTimeOriginal=-05:00",
        "-GPSLatitude=28.6084",
        "-GPSLatitudeRef=N",
        "-GPSLongitude=80.6043",
        "-GPSLongitudeRef=W",
        "-FocalLengthIn35mmFormat=400",
    ),
    "cat.jpg": (
        "-DateTimeOriginal=2023:12:24 20:30:00",
        "-Flash#=1",
        "-FocalLengthIn35mmFormat=50",
        "-XMP-dc:Subject=Chelsea",
    ),
}


def write_invented(folder: Path) -> None:
    """Give some of the samples in ``folder`` a place, a time, a camera, a person's keyword."""
    for name, arguments in _INVENTED.items():
        if not (folder / name).is_file():
            continue
        command = ["exiftool", "-q", "-overwrite_original", *arguments, str(folder / name)]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=60)
        except FileNotFoundError as exc:
            raise MissingProgramError(
                "exiftool is not installed.", cure="apt install libimage-exiftool-perl"
            ) from exc
        except subprocess.SubprocessError as exc:
            raise MetadataError(f"the sample cannot be prepared: {exc}", asset=name) from exc
