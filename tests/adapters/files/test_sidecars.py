"""Where sidecars lie, what a new one holds and who reads it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tagwright_adapters.files import sidecars as where
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.targets import FileOptions

from .conftest import BEACH, SUN, note, ref

Exiftool = Callable[..., str]


@pytest.mark.parametrize("name", ["raw.NEF", "film.mp4", "anim.gif"])
async def test_formats_that_are_never_written(
    library: FileLibrary, photos: Path, tmp_path: Path, name: str
) -> None:
    """RAW, video and GIF get a sidecar; they themselves stay as they are."""
    path = tmp_path / name
    shutil.copyfile(photos / "cat.jpg", path)  # whatever is inside: the name decides
    before = path.read_bytes()
    receipt = await library.write(ref(path), [BEACH], note)
    assert path.read_bytes() == before
    assert receipt.target == str(tmp_path / f"{name}.xmp")
    assert (await library.facts(ref(path))).tags == (("Places", "Beach"),)


async def test_a_big_tiff_gets_a_sidecar(
    library: FileLibrary, photos: Path, tmp_path: Path
) -> None:
    """exiftool reads it but cannot write it; the suffix is that of any other TIFF."""
    path = tmp_path / "big.tif"
    Image.open(photos / "cat.jpg").save(path, big_tiff=True)
    before = path.read_bytes()
    receipt = await library.write(ref(path), [BEACH], note)
    assert path.read_bytes() == before
    assert receipt.target == str(tmp_path / "big.tif.xmp")
    assert (await library.facts(ref(path))).tags == (("Places", "Beach"),)


async def test_a_photo_that_nobody_may_write_gets_a_sidecar(
    library: FileLibrary, photo: Path
) -> None:
    """A read-only mode is a person's word, also to root."""
    photo.chmod(0o444)
    before = photo.read_bytes()
    await library.write(ref(photo), [BEACH], note)
    assert photo.read_bytes() == before
    assert sorted(os.listdir(photo.parent)) == ["photo.jpg", "photo.jpg.xmp"]


async def test_a_new_sidecar_holds_all_of_the_photos_xmp(
    sidecars: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """It replaces all embedded XMP in digiKam, so what it lacks would be gone."""
    exiftool("-overwrite_original", "-XMP-dc:Subject=Holiday", "-XMP-dc:Title=Sea", "-XMP:Rating=3",
             "-IPTC:Keywords=Holiday", photo)  # fmt: skip
    before = photo.read_bytes()
    await sidecars.write(ref(photo), [BEACH], note)
    sidecar = photo.with_name("photo.jpg.xmp")
    assert photo.read_bytes() == before
    fields = ("-XMP-dc:Title", "-XMP:Rating", "-XMP-dc:Subject", "-XMP-digiKam:TagsList")
    shown = exiftool("-s3", "-sep", ";", *fields, sidecar).split()
    assert shown == ["Sea", "3", "Holiday;Beach", "Holiday;Places/Beach"]


async def test_a_sidecar_is_newer_than_its_photo(sidecars: FileLibrary, photo: Path) -> None:
    """Else digiKam does not look at it."""
    future = time.time_ns() + 3_600_000_000_000
    os.utime(photo, ns=(future, future))
    await sidecars.write(ref(photo), [BEACH], note)
    assert photo.with_name("photo.jpg.xmp").stat().st_mtime_ns > photo.stat().st_mtime_ns


@pytest.mark.parametrize("name", ["photo.jpg.xmp", "photo.jpg.XMP", "photo.xmp", "photo.XMP"])
async def test_an_existing_sidecar_is_used_with_the_photo(
    library: FileLibrary, photo: Path, exiftool: Exiftool, name: str
) -> None:
    """Tools differ in which of the two they read, so both get the tags; the sidecar is newer."""
    sidecar = photo.with_name(name)
    exiftool("-XMP-dc:Subject=Mine", "-o", photo.with_name("made.xmp"))
    photo.with_name("made.xmp").rename(sidecar)
    receipt = await library.write(ref(photo), [BEACH], note)
    assert sorted(os.listdir(photo.parent)) == sorted(["photo.jpg", name])
    assert exiftool("-s3", "-sep", ";", "-XMP-digiKam:TagsList", photo).strip() == "Places/Beach"
    assert (
        exiftool("-s3", "-sep", ";", "-XMP-digiKam:TagsList", sidecar).strip()
        == "Mine;Places/Beach"
    )
    assert sidecar.stat().st_mtime_ns > photo.stat().st_mtime_ns
    assert receipt.written == (BEACH,)
    original = exiftool("-s3", "-XMP-dc:Subject", sidecar)
    assert original.strip() == "Mine, Beach"
    await library.revert(ref(photo), [receipt], dry_run=False)
    assert (await library.facts(ref(photo))).tags == (("Mine",),)
    assert exiftool("-XMP:all", photo) == ""


async def test_short_names_where_they_are_wanted(photo: Path, tmp_path: Path) -> None:
    """Adobe's name, unless another photo has the same stem."""
    library = FileLibrary(
        [tmp_path], FileOptions(sidecar="always", sidecar_name="short", workers=1)
    )
    await library.write(ref(photo), [BEACH], note)
    assert sorted(os.listdir(tmp_path)) == ["photo.jpg", "photo.xmp"]
    other = tmp_path / "photo.png"
    other.write_bytes(photo.read_bytes())
    assert where.new(other, "short").name == "photo.png.xmp"
    await library.aclose()


async def test_both(photo: Path, exiftool: Exiftool) -> None:
    """Into the photo and beside it, where there was nothing yet; undone, nothing is left."""
    library = FileLibrary([], FileOptions(sidecar="both", workers=1))
    before = photo.read_bytes()
    receipt = await library.write(ref(photo), [BEACH], note)
    for file in (photo, photo.with_name("photo.jpg.xmp")):
        assert exiftool("-s3", "-XMP-digiKam:TagsList", file).strip() == "Places/Beach"
    await library.revert(ref(photo), [receipt], dry_run=False)
    assert photo.read_bytes() == before
    assert not photo.with_name("photo.jpg.xmp").exists()
    await library.aclose()


async def test_tags_that_stand_in_no_file(photo: Path, exiftool: Exiftool) -> None:
    """Tags that only a host's database has come with new ones, are never ours, and no reason."""
    library = FileLibrary(
        [], FileOptions(workers=1), further=lambda _: (("Mine",), ("Weather", "Sun"))
    )
    before = photo.read_bytes()
    receipt = await library.write(ref(photo), [SUN], note)
    assert (receipt.written, receipt.already) == ((), (SUN,))
    assert photo.read_bytes() == before
    receipt = await library.write(ref(photo), [BEACH, SUN], note)
    assert receipt.written == (BEACH,)
    listed = exiftool("-s3", "-sep", ";", "-XMP-digiKam:TagsList", photo).strip()
    assert listed == "Mine;Weather/Sun;Places/Beach"
    assert [one.tag.path for one in await library.provenance(ref(photo))] == [BEACH.path]
    await library.aclose()


def test_a_short_sidecar_beside_a_raw_file_is_the_raw_files(tmp_path: Path) -> None:
    """IMG.CR2, IMG.jpg and IMG.xmp: Lightroom wrote it for the RAW file."""
    for name in ("IMG.CR2", "IMG.jpg", "IMG.xmp"):
        (tmp_path / name).touch()
    assert where.existing(tmp_path / "IMG.CR2") == tmp_path / "IMG.xmp"
    assert where.existing(tmp_path / "IMG.jpg") is None


async def test_sidecars_of_names_as_long_as_can_be(
    sidecars: FileLibrary, photo: Path, tmp_path: Path
) -> None:
    """Where IMG.jpg.xmp is too long a name, the short one is taken."""
    path = photo.rename(tmp_path / ("x" * 251 + ".jpg"))
    receipt = await sidecars.write(ref(path), [BEACH], note)
    assert Path(receipt.target).name == "x" * 251 + ".xmp"
    assert (await sidecars.facts(ref(path))).tags == (("Places", "Beach"),)
