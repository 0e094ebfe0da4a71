"""What digiKam itself wrote into a photo and beside it survives every write of ours.

The files are its own, see ``tests/adapters/digikam/recording.py``: a person with a face region,
a place, caption, title, rating, colour and pick label, and the history of an edit.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Literal

import pytest
from tests.adapters.digikam.recording import WRITTEN

from tagwright.model import Extra, ExtraField
from tagwright.ports import Withdrawal
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.targets import FileOptions

from .conftest import BEACH, SUN, note, ref

OURS = ("XMP-tagwright:", "XMP-digiKam:TagsList", "XMP-lr:Hier", "XMP-dc:Subject", "IPTC:Keywords")
MOVING = {  # in any write of the file; IIM demands the versions, which digiKam leaves out
    "SourceFile",
    "XMP-x:XMPToolkit",
    "IFD1:ThumbnailOffset",
    "IPTC:ApplicationRecordVersion",
    "IPTC:EnvelopeRecordVersion",
}
THEIRS = ["Places/Rome", "People/Anna Smith"]
EXTRAS = [
    Extra(ExtraField.CAPTION, "Ours"),
    Extra(ExtraField.TITLE, "Ours"),
    Extra(ExtraField.RATING, "2"),
    Extra(ExtraField.COLOUR_LABEL, "blue"),
]
PROVED = {
    "XMP-mwg-rs:RegionInfo",
    "XMP-MP:RegionInfoMP",
    "XMP-digiKam:ImageHistory",
    "XMP-digiKam:ImageUniqueID",
    "XMP-digiKam:ColorLabel",
    "XMP-digiKam:PickLabel",
    "XMP-exif:GPSLatitude",
    "XMP-dc:Title",
    "XMP-dc:Description",
    "XMP-xmp:Rating",
}


@pytest.mark.parametrize(
    ("sidecar", "written"),
    [
        ("auto", ["everything.jpg"]),
        ("always", ["everything.jpg.xmp"]),
        ("both", ["everything.jpg", "everything.jpg.xmp"]),
    ],
)
async def test_it_survives_every_write(
    tmp_path: Path, sidecar: Literal["auto", "always", "both"], written: list[str]
) -> None:
    """Added, exchanged, taken back; and what people said of the photo is not said anew."""
    files = [tmp_path / name for name in sorted({"everything.jpg", *written})]
    for file in files:
        shutil.copyfile(WRITTEN / file.name, file)
    photo, before = ref(files[0]), [file.read_bytes() for file in files]
    theirs = [held(file) for file in files]
    assert all(set(one) >= PROVED for one in theirs)
    library = FileLibrary([], FileOptions(sidecar=sidecar, workers=1))
    try:
        first = await library.write(photo, [BEACH], note, extras=EXTRAS)
        assert [held(file) for file in files] == theirs
        assert all(tags(tmp_path / name) == [*THEIRS, "Places/Beach"] for name in written)
        assert first.given == ()
        leaving = Withdrawal((BEACH,), (first,))
        second = await library.write(photo, [SUN], note, leaving)
        assert [held(file) for file in files] == theirs
        assert all(tags(tmp_path / name) == [*THEIRS, "Weather/Sun"] for name in written)
        await library.revert(photo, [second, first], dry_run=False)
        assert [file.read_bytes() for file in files] == before
    finally:
        await library.aclose()


def held(file: Path) -> dict[str, Any]:
    """Return all metadata that is not ours to change, to the letter."""
    found = exiftool(file, "-XMP:all", "-EXIF:all", "-IPTC:all", "-File:Comment", "-b")
    return {
        name: value
        for name, value in found.items()
        if name not in MOVING and not name.startswith(OURS)
    }


def tags(file: Path) -> list[str]:
    """Return the tags that digiKam reads."""
    found: list[str] = exiftool(file, "-XMP-digiKam:TagsList")["XMP-digiKam:TagsList"]
    return found


def exiftool(file: Path, *names: str) -> dict[str, Any]:
    """Look at a file as another program does."""
    command = ["exiftool", "-j", "-struct", "-n", "-a", "-G1", *names, str(file)]
    done = subprocess.run(command, check=True, capture_output=True)
    found: dict[str, Any] = json.loads(done.stdout)[0]
    return found
