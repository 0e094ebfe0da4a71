"""Captions and ratings in real files: set, replaced, respected, taken back."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tagwright_adapters.exiftool as exiftool_package
from tagwright.errors import ChangedMeanwhileError, MetadataError
from tagwright.model import Extra, ExtraField
from tagwright.ports import Receipt, Withdrawal
from tagwright_adapters.files.library import FileLibrary

from .conftest import BEACH, note, ref

Exiftool = Callable[..., str]
CAPTION, RATING = ExtraField.CAPTION, ExtraField.RATING
SEA = Extra(CAPTION, "Am Meer: zwei Möwen <&> 🏖")
LAKE = Extra(CAPTION, "At the lake")
STARS = Extra(RATING, "4")
DAY = Extra(ExtraField.TITLE, "Day two")
GREEN = Extra(ExtraField.COLOUR_LABEL, "green")
_SHOWN = ("XMP-dc:Description", "XMP-xmp:Rating", "XMP-tagwright:Caption", "XMP-tagwright:Rating")


def shown(path: Path) -> dict[str, Any]:
    """Return caption, rating and our notes as another program reads them."""
    names = [f"-{name}" for name in _SHOWN]
    config = Path(exiftool_package.__file__).with_name("tagwright.config")
    command = ["exiftool", "-config", str(config), "-j", "-G1", *names, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, timeout=60)
    found: dict[str, Any] = json.loads(done.stdout)[0]
    found.pop("SourceFile")
    return found


def ours(caption: Extra = SEA) -> dict[str, Any]:
    """Return what :func:`shown` finds where we set a caption and four stars."""
    return dict(zip(_SHOWN, (caption.value, 4, caption.value, 4), strict=True))


async def test_both_are_set_without_any_tag(library: FileLibrary, photo: Path) -> None:
    """Read back, shown, and found by the next look; a second write has nothing to do."""
    receipt = await library.write(ref(photo), [], note, extras=[SEA, STARS])
    assert receipt.given == (SEA, STARS)
    assert [(one.field, one.before, one.after) for one in receipt.changes] == [
        ("XMP-dc:Description", (), (SEA.value,)),
        ("XMP-xmp:Rating", (), ("4",)),
    ]
    assert shown(photo) == ours()
    assert (await library.facts(ref(photo))).extras == (SEA, STARS)


async def test_they_go_with_tags_in_one_write(library: FileLibrary, photo: Path) -> None:
    """One new file; the plan before it says the same."""
    planned = await library.plan(ref(photo), [BEACH], extras=[SEA, STARS])
    assert shown(photo) == {}
    receipt = await library.write(ref(photo), [BEACH], note, extras=[SEA, STARS])
    assert planned.changes == receipt.changes
    assert (planned.given, receipt.written) == (receipt.given, (BEACH,))
    facts = await library.facts(ref(photo))
    assert (facts.tags, facts.extras) == ((BEACH.path,), (SEA, STARS))


@pytest.mark.parametrize(
    "theirs",
    [
        "-XMP-dc:Description=Mine",
        "-XMP-dc:Description-de=Meins",
        "-EXIF:ImageDescription=Mine",
        "-EXIF:UserComment=Mine",
        "-IPTC:Caption-Abstract=Mine",
        "-Comment=Mine",
    ],
)
async def test_a_persons_caption_stays_alone(
    library: FileLibrary, photo: Path, exiftool: Exiftool, theirs: str
) -> None:
    """In whatever field; the receipt says why, and the core is told of it."""
    exiftool("-overwrite_original", theirs, photo)
    before = photo.read_bytes()
    receipt = await library.write(ref(photo), [], note, extras=[SEA])
    assert photo.read_bytes() == before
    assert (receipt.given, receipt.changes) == ((), ())
    assert "caption stays" in receipt.warnings[0]
    (extra,) = (await library.facts(ref(photo))).extras
    assert extra.field is CAPTION


@pytest.mark.parametrize("junk", ["OLYMPUS DIGITAL CAMERA         ", "   "])
async def test_what_a_camera_writes_into_each_picture_is_no_caption(
    library: FileLibrary, photo: Path, exiftool: Exiftool, junk: str
) -> None:
    """It is left where it is."""
    exiftool("-overwrite_original", f"-EXIF:ImageDescription={junk}", photo)
    assert (await library.facts(ref(photo))).extras == ()
    await library.write(ref(photo), [], note, extras=[SEA])
    assert shown(photo)["XMP-dc:Description"] == SEA.value
    assert exiftool("-s3", "-EXIF:ImageDescription", photo).strip() == junk.strip()


@pytest.mark.parametrize(
    ("theirs", "stays"),
    [
        ("-XMP-xmp:Rating=3", True),
        ("-XMP-xmp:Rating=-1", True),
        ("-XMP-xmp:Rating=0", False),
        ("-EXIF:Rating=5", True),
        ("-XMP-microsoft:RatingPercent=75", True),
    ],
)
async def test_a_persons_rating_stays(
    library: FileLibrary, photo: Path, exiftool: Exiftool, theirs: str, stays: bool
) -> None:
    """Rejected is a rating too; no stars are none, and come back with undo."""
    exiftool("-overwrite_original", theirs, photo)
    before = photo.read_bytes()
    receipt = await library.write(ref(photo), [], note, extras=[STARS])
    assert bool(receipt.given) is not stays
    assert (photo.read_bytes() == before) is stays
    if not stays:
        assert shown(photo)["XMP-xmp:Rating"] == 4
        await library.revert(ref(photo), [receipt], dry_run=False)
        assert photo.read_bytes() == before


async def test_title_and_colour_label(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """The label stands as digiKam's number and is shown as a colour; each can go by itself."""
    original, names = photo.read_bytes(), ("-XMP-dc:Title", "-XMP-digiKam:ColorLabel")
    receipt = await library.write(ref(photo), [], note, extras=[DAY, GREEN])
    assert exiftool("-s3", *names, photo) == "Day two\n4\n"
    assert [(one.field, one.after) for one in receipt.changes] == [
        ("XMP-dc:Title", ("Day two",)),
        ("XMP-digiKam:ColorLabel", ("green",)),
    ]
    assert (await library.facts(ref(photo))).extras == (DAY, GREEN)
    leaving = Withdrawal(extras=(DAY, GREEN))
    red = Extra(ExtraField.COLOUR_LABEL, "red")
    second = await library.write(ref(photo), [], note, leaving, extras=[red])
    assert (second.given, second.taken) == ((red,), (DAY, GREEN))
    assert exiftool("-s3", *names, photo) == "1\n"
    await library.revert(ref(photo), [second, receipt], dry_run=False)
    assert photo.read_bytes() == original


@pytest.mark.parametrize(
    ("theirs", "given"),
    [
        ("-XMP-dc:Title=Mine", (GREEN,)),
        ("-XMP-dc:Title-de=Meins", (GREEN,)),
        ("-XMP-acdsee:Caption=Mine", (GREEN,)),
        ("-IPTC:ObjectName=Mine", (GREEN,)),
        ("-EXIF:XPTitle=Mine", (GREEN,)),
        ("-XMP-digiKam:ColorLabel=1", (DAY,)),
        ("-XMP-xmp:Label=Select", (DAY,)),
        ("-XMP-photoshop:Urgency=3", (DAY,)),
        ("-XMP-digiKam:ColorLabel=0", (DAY, GREEN)),
    ],
)
async def test_a_persons_title_and_colour_label_stay(
    library: FileLibrary, photo: Path, exiftool: Exiftool, theirs: str, given: tuple[Extra, ...]
) -> None:
    """In whatever field digiKam finds them; no colour is none, and comes back with undo."""
    exiftool("-overwrite_original", theirs, photo)
    before = photo.read_bytes()
    receipt = await library.write(ref(photo), [], note, extras=[DAY, GREEN])
    assert receipt.given == given
    await library.revert(ref(photo), [receipt], dry_run=False)
    assert photo.read_bytes() == before


async def test_zero_stars_come_back_after_an_edit(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """As they stood there, though the blocks cannot be put back."""
    exiftool("-overwrite_original", "-XMP-xmp:Rating=0", photo)
    receipt = await library.write(ref(photo), [], note, extras=[STARS])
    exiftool("-overwrite_original", "-XMP-dc:Title=Later", photo)
    await library.revert(ref(photo), [receipt], dry_run=False)
    assert shown(photo) == {"XMP-xmp:Rating": 0}


async def test_ours_is_replaced_and_comes_back(library: FileLibrary, photo: Path) -> None:
    """Byte for byte, step by step."""
    original = photo.read_bytes()
    first = await library.write(ref(photo), [], note, extras=[SEA, STARS])
    between = photo.read_bytes()
    second = await library.write(
        ref(photo), [], note, Withdrawal(extras=(SEA, STARS)), extras=[LAKE]
    )
    assert (second.given, second.taken) == ((LAKE,), (SEA, STARS))
    assert shown(photo) == {"XMP-dc:Description": LAKE.value, "XMP-tagwright:Caption": LAKE.value}
    await library.revert(ref(photo), [second], dry_run=False)
    assert photo.read_bytes() == between
    await library.revert(ref(photo), [first], dry_run=False)
    assert photo.read_bytes() == original


async def test_ours_is_known_without_our_notes(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """Some programs drop foreign namespaces; the ledger's word is enough."""
    await library.write(ref(photo), [], note, extras=[SEA])
    exiftool("-overwrite_original", "-XMP-tagwright:all=", "-XMP-dc:Title=Later", photo)
    receipt = await library.write(ref(photo), [], note, Withdrawal(extras=(SEA,)), extras=[LAKE])
    assert receipt.given == (LAKE,)
    assert shown(photo)["XMP-dc:Description"] == LAKE.value


@pytest.mark.parametrize("theirs", ["-XMP-dc:Description=Mine", "-XMP-dc:Description-fr=Moi"])
async def test_what_a_person_made_of_ours_is_theirs(
    library: FileLibrary, photo: Path, exiftool: Exiftool, theirs: str
) -> None:
    """Changed or translated: neither a new rule nor undo touches it; the rating still goes."""
    receipt = await library.write(ref(photo), [], note, extras=[SEA, STARS])
    exiftool("-overwrite_original", theirs, photo)
    caption = shown(photo)["XMP-dc:Description"]
    again = await library.write(ref(photo), [], note, Withdrawal(extras=(SEA,)), extras=[LAKE])
    assert (again.given, again.taken, again.changes) == ((), (), ())
    planned = await library.revert(ref(photo), [receipt], dry_run=True)
    undone = await library.revert(ref(photo), [receipt], dry_run=False)
    assert planned.changes == undone.changes
    assert [one.field for one in undone.changes] == ["XMP-xmp:Rating"]
    assert shown(photo)["XMP-dc:Description"] == caption
    assert "XMP-xmp:Rating" not in shown(photo)


async def test_a_replacement_is_taken_back_after_an_edit(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """The earlier caption of ours stands there again, as ours."""
    await library.write(ref(photo), [], note, extras=[SEA, STARS])
    second = await library.write(ref(photo), [BEACH], note, Withdrawal(extras=(SEA,)), [LAKE])
    exiftool("-overwrite_original", "-XMP-dc:Title=Later", photo)
    await library.revert(ref(photo), [second], dry_run=False)
    assert shown(photo) == ours()
    assert (await library.facts(ref(photo))).tags == ()


async def test_a_new_sidecar_holds_them_and_goes_with_undo(
    sidecars: FileLibrary, photo: Path
) -> None:
    """The photo itself is not touched."""
    before = photo.read_bytes()
    receipt = await sidecars.write(ref(photo), [], note, extras=[SEA, STARS])
    sidecar = photo.with_name("photo.jpg.xmp")
    assert shown(sidecar) == ours()
    assert (await sidecars.facts(ref(photo))).extras == (SEA, STARS)
    undone = await sidecars.revert(ref(photo), [receipt], dry_run=False)
    assert [one.field for one in undone.changes] == [
        "photo.jpg.xmp XMP-dc:Description",
        "photo.jpg.xmp XMP-xmp:Rating",
    ]
    assert os.listdir(photo.parent) == ["photo.jpg"]
    assert photo.read_bytes() == before


@pytest.mark.parametrize("place", ["photo", "sidecar"])
async def test_both_files_are_asked_for_a_persons_caption(
    library: FileLibrary, photo: Path, exiftool: Exiftool, place: str
) -> None:
    """One in either keeps ours out of both; the rating is set in both."""
    sidecar = photo.with_name("photo.jpg.xmp")
    exiftool("-XMP-dc:Title=Mine", "-o", sidecar)
    theirs = photo if place == "photo" else sidecar
    exiftool("-overwrite_original", "-XMP-dc:Description=Mine", theirs)
    await library.write(ref(photo), [], note, extras=[SEA, STARS])
    for path in (photo, sidecar):
        assert shown(path).get("XMP-dc:Description") == ("Mine" if path == theirs else None)
        assert shown(path)["XMP-xmp:Rating"] == 4


async def test_what_stands_in_the_photo_alone_goes_with_what_replaces_it(
    library: FileLibrary, sidecars: FileLibrary, photo: Path
) -> None:
    """After a change to sidecars no old caption stays behind in the photo."""
    await library.write(ref(photo), [], note, extras=[SEA])
    receipt = await sidecars.write(ref(photo), [], note, Withdrawal(extras=(SEA,)), [LAKE])
    assert shown(photo) == {}
    assert shown(photo.with_name("photo.jpg.xmp"))["XMP-dc:Description"] == LAKE.value
    await library.revert(ref(photo), [receipt], dry_run=False)
    assert os.listdir(photo.parent) == ["photo.jpg"]
    assert shown(photo)["XMP-dc:Description"] == SEA.value


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_photo_that_must_not_be_written_refuses(library: FileLibrary, photo: Path) -> None:
    """Better than a caption that is half gone."""
    await library.write(ref(photo), [], note, extras=[SEA])
    photo.chmod(0o444)
    with pytest.raises(MetadataError, match="a caption that is to go"):
        await library.write(ref(photo), [], note, Withdrawal(extras=(SEA,)))


async def test_half_a_write_is_completed_and_taken_back(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """What stands in the photo alone does not count yet, and is known as ours by its note."""
    sidecar = photo.with_name("photo.jpg.xmp")
    exiftool("-XMP-dc:Title=Mine", "-o", sidecar)
    original = photo.read_bytes()

    async def save(_: Receipt) -> None:
        sidecar.write_bytes(sidecar.read_bytes() + b"\n")

    with pytest.raises(ChangedMeanwhileError):
        await library.write(ref(photo), [BEACH], save, extras=[SEA])
    assert shown(photo)["XMP-dc:Description"] == SEA.value
    facts = await library.facts(ref(photo))
    assert (facts.tags, facts.extras) == ((), (Extra(ExtraField.TITLE, "Mine"),))
    theirs = sidecar.read_bytes()
    receipt = await library.write(ref(photo), [BEACH], note, extras=[SEA])
    assert receipt.given == (SEA,)
    assert shown(sidecar)["XMP-dc:Description"] == SEA.value
    await library.revert(ref(photo), [receipt], dry_run=False)
    assert sidecar.read_bytes() == theirs
    assert shown(photo) == {}
    assert len(photo.read_bytes()) <= len(original) + 8192


@pytest.mark.parametrize("suffix", [".png", ".tif"])
async def test_other_formats_hold_them_too(
    library: FileLibrary, tmp_path: Path, photos: Path, suffix: str
) -> None:
    """And give them back."""
    from PIL import Image  # noqa: PLC0415 - in this test only

    path = tmp_path / f"photo{suffix}"
    Image.open(photos / "cat.jpg").resize((64, 48)).save(path)
    receipt = await library.write(ref(path), [], note, extras=[SEA, STARS])
    assert shown(path) == ours()
    await library.revert(ref(path), [receipt], dry_run=False)
    assert shown(path) == {}
