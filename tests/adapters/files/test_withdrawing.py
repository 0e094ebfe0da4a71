"""Taking some of our tags back in the write that brings others; people's stay as they are."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tagwright.errors import MetadataError
from tagwright.model import Tag
from tagwright.ports import Receipt, Withdrawal
from tagwright_adapters.files.library import FileLibrary

from .conftest import BEACH, SUN, note, ref

Exiftool = Callable[..., str]
COAST = replace(BEACH, path=("Nature", "Beach"), run="run-2")  # moved: the leaf is the same
LAKE = Tag("lake", ("Places", "Lake"), 0.8, "basics", "run-2", "2026-11-24T10:00:00Z")


def keywords(path: Path) -> dict[str, Any]:
    """Return all keyword fields, as another program reads them."""
    fields = ("-XMP-dc:Subject", "-XMP-digiKam:TagsList", "-XMP-lr:HierarchicalSubject")
    command = ["exiftool", "-j", "-struct", *fields, "-IPTC:Keywords", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, timeout=60)
    found: dict[str, Any] = json.loads(done.stdout)[0]
    found.pop("SourceFile")
    return {key: value if isinstance(value, list) else [str(value)] for key, value in found.items()}


async def test_one_goes_and_one_comes_in_one_write(library: FileLibrary, photo: Path) -> None:
    """All fields agree afterwards, and so do the notes."""
    receipt = await library.write(ref(photo), [BEACH, SUN], note)
    changed = await library.write(ref(photo), [LAKE], note, Withdrawal((SUN,), (receipt,)))
    assert (changed.written, changed.withdrawn) == ((LAKE,), (SUN,))
    assert keywords(photo) == {
        "Subject": ["Beach", "Lake"],
        "TagsList": ["Places/Beach", "Places/Lake"],
        "HierarchicalSubject": ["Places|Beach", "Places|Lake"],
    }
    notes = await library.provenance(ref(photo))
    assert [(one.tag.concept, one.tag.run) for one in notes] == [
        ("beach", "run-1"),
        ("lake", "run-2"),
    ]


async def test_a_moved_concept_keeps_its_leaf(library: FileLibrary, photo: Path) -> None:
    """Places > Beach becomes Nature > Beach; the flat keyword is there once."""
    receipt = await library.write(ref(photo), [BEACH], note)
    await library.write(ref(photo), [COAST], note, Withdrawal((BEACH,), (receipt,)))
    assert keywords(photo) == {
        "Subject": ["Beach"],
        "TagsList": ["Nature/Beach"],
        "HierarchicalSubject": ["Nature|Beach"],
    }


@pytest.mark.parametrize("edited", [False, True])
async def test_the_way_back_is_exact(
    library: FileLibrary, photo: Path, exiftool: Exiftool, edited: bool
) -> None:
    """Undo restores the bytes, and after a person's edit at least every tag and note."""
    exiftool("-overwrite_original", "-XMP-dc:Subject=Holiday", "-IPTC:Keywords=Holiday", photo)
    receipt = await library.write(ref(photo), [BEACH, SUN], note)
    before, shown = photo.read_bytes(), keywords(photo)
    changed = await library.write(ref(photo), [LAKE], note, Withdrawal((SUN,), (receipt,)))
    if edited:
        exiftool("-overwrite_original", "-XMP-dc:Title=Sea", photo)
    await library.revert(ref(photo), [changed], dry_run=False)
    assert keywords(photo) == shown
    notes = await library.provenance(ref(photo))
    assert [one.tag for one in notes] == [BEACH, SUN]
    assert (photo.read_bytes() == before) is not edited


async def test_people_keep_theirs(library: FileLibrary, photo: Path, exiftool: Exiftool) -> None:
    """A person's flat keyword of the same word stays where it was, in its place."""
    words = ("Alps", "Beach", "Zoo")
    exiftool("-overwrite_original", *(f"-XMP-dc:Subject={one}" for one in words), photo)
    receipt = await library.write(ref(photo), [BEACH], note)
    await library.write(ref(photo), [LAKE], note, Withdrawal((BEACH,), (receipt,)))
    assert keywords(photo)["Subject"] == ["Alps", "Beach", "Zoo", "Lake"]
    assert "Places/Beach" not in keywords(photo)["TagsList"]


async def test_iptc_stays_in_step(library: FileLibrary, photo: Path, exiftool: Exiftool) -> None:
    """Keywords of the older standard follow, with the digest that says so."""
    exiftool("-overwrite_original", "-IPTC:Keywords=alt", "-IPTCDigest=new", photo)
    receipt = await library.write(ref(photo), [BEACH, SUN], note)
    await library.write(ref(photo), [LAKE], note, Withdrawal((BEACH, SUN), (receipt,)))
    assert keywords(photo)["Keywords"] == ["alt", "Lake"]
    digests = exiftool("-s3", "-IPTCDigest", "-CurrentIPTCDigest", photo).split()
    assert len(digests) == 2
    assert digests[0] == digests[1]


async def test_a_sidecar_and_its_photo_both_let_go(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """Where both carry our tag, it goes from both."""
    sidecar = photo.with_name("photo.jpg.xmp")
    exiftool("-XMP-dc:Title=Mine", "-o", sidecar)
    receipt = await library.write(ref(photo), [BEACH, SUN], note)
    await library.write(ref(photo), [], note, Withdrawal((SUN,), (receipt,)))
    assert keywords(photo)["TagsList"] == keywords(sidecar)["TagsList"] == ["Places/Beach"]
    assert sidecar.stat().st_mtime_ns >= photo.stat().st_mtime_ns


async def test_a_photo_lets_go_though_tags_now_go_beside_it(
    library: FileLibrary, sidecars: FileLibrary, photo: Path
) -> None:
    """Embedded first, sidecars chosen since: the old tag goes from where it is."""
    receipt = await library.write(ref(photo), [BEACH, SUN], note)
    await sidecars.write(ref(photo), [LAKE], note, Withdrawal((SUN,), (receipt,)))
    assert keywords(photo)["TagsList"] == ["Places/Beach"]
    assert keywords(photo.with_name("photo.jpg.xmp"))["TagsList"] == [
        "Places/Beach",
        "Places/Lake",
    ]


async def test_a_write_protected_photo_is_left_alone(library: FileLibrary, photo: Path) -> None:
    """A tag that stands in it cannot go; that is said, and nothing is written."""
    receipt = await library.write(ref(photo), [BEACH], note)
    photo.chmod(0o444)
    before = photo.read_bytes()
    with pytest.raises(MetadataError, match="write-protected"):
        await library.write(ref(photo), [LAKE], note, Withdrawal((BEACH,), (receipt,)))
    assert photo.read_bytes() == before
    assert [one.name for one in photo.parent.iterdir()] == ["photo.jpg"]


async def test_a_plan_shows_both_and_touches_nothing(library: FileLibrary, photo: Path) -> None:
    """What goes and what comes, field by field."""
    receipt = await library.write(ref(photo), [SUN], note)
    before = photo.read_bytes()
    planned = await library.plan(ref(photo), [LAKE], Withdrawal((SUN,), (receipt,)))
    shown = {change.field: (change.before, change.after) for change in planned.changes}
    assert shown["XMP-dc:Subject"] == (("Sun",), ("Lake",))
    assert photo.read_bytes() == before


async def test_what_is_not_there_any_more_is_no_withdrawal(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """A person was faster: nothing is written, nothing is recorded."""
    receipt = await library.write(ref(photo), [SUN], note)
    exiftool("-overwrite_original", "-XMP:all=", photo)
    intended: list[Receipt] = []

    async def intend(receipt: Receipt) -> None:
        intended.append(receipt)

    done = await library.write(ref(photo), [], intend, Withdrawal((SUN,), (receipt,)))
    assert (done.withdrawn, done.changes, intended) == ((), (), [])
