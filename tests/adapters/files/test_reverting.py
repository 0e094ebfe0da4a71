"""Taking back: exactly where nobody touched the photo since, else only what is ours."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tagwright.errors import MetadataError
from tagwright.model import Tag
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.replacing import Identity

from .conftest import BEACH, SUN, note, ref

Exiftool = Callable[..., str]
OTHER = Tag("lake", ("Nature", "Beach"), run="run-2")


def prepare(name: str, photo: Path, exiftool: Exiftool) -> None:
    """Give a photo metadata of some kind."""
    arguments = {
        "nothing": (),
        "keywords": ("-XMP-dc:Subject=Holiday", "-XMP-dc:Title=Sea"),
        "iptc": ("-IPTC:Keywords=alt", "-IPTC:City=Wien", "-IPTCDigest=new"),
        "stale digest": ("-IPTC:Keywords=alt", "-IPTCDigest=00112233445566778899aabbccddeeff"),
        "all": ("-XMP-digiKam:TagsList=A/B", "-XMP-lr:HierarchicalSubject=A|B", "-XMP-dc:Subject=B",
                "-IPTC:Keywords=B", "-IPTCDigest=new", "-EXIF:Artist=Me", "-Comment=x"),
    }[name]  # fmt: skip
    if arguments:
        exiftool("-overwrite_original", *arguments, photo)


@pytest.mark.parametrize("kind", ["nothing", "keywords", "iptc", "stale digest", "all"])
async def test_a_jpeg_comes_back_byte_for_byte(
    library: FileLibrary, photo: Path, exiftool: Exiftool, kind: str
) -> None:
    """Two writes, taken back newest first, leave the very file of the start."""
    prepare(kind, photo, exiftool)
    original = photo.read_bytes()
    first = await library.write(ref(photo), [BEACH], note)
    second = await library.write(ref(photo), [SUN], note)
    modified = photo.stat().st_mtime_ns
    undone = await library.revert(ref(photo), [second, first], dry_run=False)
    assert photo.read_bytes() == original
    assert photo.stat().st_mtime_ns > modified
    assert {change.field for change in undone.changes} >= {"XMP-digiKam:TagsList"}


async def test_undoing_twice_is_undoing_once(library: FileLibrary, photo: Path) -> None:
    """A crash after the undo, before it was noted, does no harm."""
    original = photo.read_bytes()
    receipt = await library.write(ref(photo), [BEACH], note)
    await library.revert(ref(photo), [receipt], dry_run=False)
    stamp = Identity.of(photo)
    again = await library.revert(ref(photo), [receipt], dry_run=False)
    assert again.changes == ()
    assert Identity.of(photo) == stamp
    assert photo.read_bytes() == original


async def test_a_dry_run_touches_nothing(library: FileLibrary, photo: Path) -> None:
    """It says what the real one then does."""
    receipt = await library.write(ref(photo), [BEACH], note)
    before = Identity.of(photo)
    planned = await library.revert(ref(photo), [receipt], dry_run=True)
    assert Identity.of(photo) == before
    done = await library.revert(ref(photo), [receipt], dry_run=False)
    assert planned.changes == done.changes != ()


async def test_what_a_person_added_since_stays(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """Only our tag goes; their new tag, their title and their old flat keyword stay."""
    exiftool("-overwrite_original", "-XMP-dc:Subject=Holiday", "-IPTC:Keywords=Holiday",
             "-IPTCDigest=new", photo)  # fmt: skip
    receipt = await library.write(ref(photo), [BEACH], note)
    exiftool("-overwrite_original", "-XMP-digiKam:TagsList+=New", "-XMP-dc:Title=Theirs",
             "-XMP-lr:HierarchicalSubject+=New", "-XMP-dc:Subject+=New", photo)  # fmt: skip
    await library.revert(ref(photo), [receipt], dry_run=False)
    shown = exiftool(
        "-G1", "-s", "-a", "-XMP:all", "-IPTC:Keywords", "-IPTCDigest", "-CurrentIPTCDigest", photo
    )
    values = {line.split()[1]: line.partition(": ")[2] for line in shown.splitlines()}
    assert (
        values["TagsList"] == values["HierarchicalSubject"] == values["Subject"] == "Holiday, New"
    )
    assert values["Title"] == "Theirs"
    assert values["Keywords"] == "Holiday"
    assert values["IPTCDigest"] == values["CurrentIPTCDigest"]
    assert await library.provenance(ref(photo)) == ()


async def test_a_tag_that_a_person_removed_is_not_missed(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """Undo after a person has already taken our tag out."""
    receipt = await library.write(ref(photo), [BEACH, SUN], note)
    exiftool("-overwrite_original", "-XMP-digiKam:TagsList-=Places/Beach", "-XMP-dc:Subject-=Beach",
             "-XMP-lr:HierarchicalSubject-=Places|Beach", photo)  # fmt: skip
    await library.revert(ref(photo), [receipt], dry_run=False)
    assert (await library.facts(ref(photo))).tags == ()


async def test_a_leaf_stays_while_another_tag_has_it(library: FileLibrary, photo: Path) -> None:
    """Undoing the older of two runs leaves the newer one's tags whole."""
    first = await library.write(ref(photo), [BEACH], note)
    await library.write(ref(photo), [OTHER], note)
    await library.revert(ref(photo), [first], dry_run=False)
    plan = await library.plan(ref(photo), [Tag("x", ("X",))])
    before = {change.field: change.before for change in plan.changes}
    assert before["XMP-digiKam:TagsList"] == ("Nature/Beach",)
    assert before["XMP-dc:Subject"] == ("Beach",)
    assert [one.tag.concept for one in await library.provenance(ref(photo))] == ["lake"]


async def test_a_persons_own_keyword_is_never_taken_back(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """A flat "Beach" that was there before stays, also when undo has to subtract."""
    exiftool("-overwrite_original", "-XMP-dc:Subject=Beach", photo)
    receipt = await library.write(ref(photo), [BEACH], note)
    exiftool("-overwrite_original", "-XMP-dc:Title=Theirs", photo)
    await library.revert(ref(photo), [receipt], dry_run=False)
    assert exiftool("-s3", "-XMP-dc:Subject", photo).strip() == "Beach"


async def test_a_sidecar_of_ours_goes_and_a_persons_comes_back(
    sidecars: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """Made by us and unchanged: deleted. There before: the same bytes again."""
    receipt = await sidecars.write(ref(photo), [BEACH], note)
    assert sorted(os.listdir(photo.parent)) == ["photo.jpg", "photo.jpg.xmp"]
    await sidecars.revert(ref(photo), [receipt], dry_run=False)
    assert os.listdir(photo.parent) == ["photo.jpg"]
    sidecar = photo.with_name("photo.jpg.xmp")
    exiftool("-XMP-dc:Title=Mine", "-o", sidecar)
    original = sidecar.read_bytes()
    receipt = await sidecars.write(ref(photo), [BEACH], note)
    assert sidecar.read_bytes() != original
    await sidecars.revert(ref(photo), [receipt], dry_run=False)
    assert sidecar.read_bytes() == original


async def test_a_sidecar_of_ours_that_a_person_used_stays(
    sidecars: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """Their rating is in it now; only our tags go."""
    receipt = await sidecars.write(ref(photo), [BEACH], note)
    sidecar = photo.with_name("photo.jpg.xmp")
    exiftool("-overwrite_original", "-XMP:Rating=5", sidecar)
    await sidecars.revert(ref(photo), [receipt], dry_run=False)
    assert exiftool("-s3", "-XMP:Rating", "-XMP-digiKam:TagsList", sidecar).strip() == "5"


async def test_extended_xmp_is_taken_back_by_subtraction(
    library: FileLibrary, photo: Path, exiftool: Exiftool, tmp_path: Path
) -> None:
    """Above 64 KB a JPEG's XMP is in pieces; the pieces come back equal in meaning."""
    text = tmp_path / "text"
    text.write_text("a long text " * 8000)
    exiftool("-overwrite_original", f"-XMP-dc:Description<={text}", "-XMP-dc:Subject=Mine", photo)
    before = exiftool("-XMP:all", "--XMPToolkit", photo)
    receipt = await library.write(ref(photo), [BEACH], note)
    assert (await library.facts(ref(photo))).tags == (("Mine",), ("Places", "Beach"))
    await library.revert(ref(photo), [receipt], dry_run=False)
    shown = exiftool("-XMP:all", "--XMPToolkit", "--TagsList", "--HierarchicalSubject", photo)
    assert shown == before


async def test_a_foreign_record_is_refused(library: FileLibrary, photo: Path) -> None:
    """A receipt of another version is said to be one, and nothing is done."""
    receipt = await library.write(ref(photo), [BEACH], note)
    stamp = Identity.of(photo)
    for junk in (b"junk", receipt.before[:-9]):
        with pytest.raises(MetadataError, match="unreadable"):
            await library.revert(ref(photo), [replace(receipt, before=junk)], dry_run=False)
    assert Identity.of(photo) == stamp


async def test_a_moved_photo_can_be_taken_back(
    sidecars: FileLibrary, photo: Path, tmp_path: Path
) -> None:
    """Receipts know sidecars by name, so a folder may have another place by then."""
    receipt = await sidecars.write(ref(photo), [BEACH], note)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name in os.listdir(tmp_path):
        if name != "elsewhere":
            shutil.move(tmp_path / name, folder / name)
    await sidecars.revert(ref(folder / photo.name), [receipt], dry_run=False)
    assert os.listdir(folder) == ["photo.jpg"]
