"""Adding tags to real files: ours stand there, everything else is as it was."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image, ImageSequence

from tagwright.errors import MetadataError
from tagwright.model import Tag
from tagwright.pictures import content_key
from tagwright_adapters.exiftool.process import CONFIG
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.replacing import Identity

from .conftest import BEACH, SUN, note, ref

Exiftool = Callable[..., str]

T, H, D, I = "TagsList", "HierarchicalSubject", "Subject", "Keywords"  # noqa: E741 - as exiftool says


def keywords(path: Path) -> dict[str, list[str]]:
    """Return the keyword fields as exiftool shows them."""
    command = ["exiftool", "-j", "-struct", *(f"-{name}" for name in (T, H, D, I)), str(path)]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)[0]
    found.pop("SourceFile")
    return {name: value if isinstance(value, list) else [value] for name, value in found.items()}


async def test_tags_stand_in_every_field(library: FileLibrary, photo: Path) -> None:
    """Flat for Windows and Google, with bars for Lightroom, with slashes for digiKam and Immich."""
    key = content_key(photo)
    receipt = await library.write(ref(photo), [BEACH, SUN], note)
    assert keywords(photo) == {
        T: ["Places/Beach", "Weather/Sun"],
        H: ["Places|Beach", "Weather|Sun"],
        D: ["Beach", "Sun"],
    }
    assert receipt.written == (BEACH, SUN)
    assert receipt.already == ()
    assert receipt.size == photo.stat().st_size
    assert receipt.modified == photo.stat().st_mtime_ns
    assert content_key(photo) == key
    assert os.listdir(photo.parent) == ["photo.jpg"]


async def test_the_list_kinds_are_those_that_digikam_reads(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """TagsList as Seq, the others as Bag; digiKam passes over any other in silence."""
    await library.write(ref(photo), [BEACH], note)
    xmp = " ".join(exiftool("-b", "-XMP", photo).split())
    assert "<digiKam:TagsList> <rdf:Seq>" in xmp
    assert "<lr:hierarchicalSubject> <rdf:Bag>" in xmp
    assert "<dc:subject> <rdf:Bag>" in xmp


async def test_what_digikam_shows_now_goes_into_every_field(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """A TagsList with our tags alone would hide a person's keywords in dc:subject."""
    exiftool("-overwrite_original", "-XMP-dc:Subject=Holiday", "-XMP-dc:Subject=True", photo)
    await library.write(ref(photo), [BEACH], note)
    assert keywords(photo) == {
        T: ["Holiday", True, "Places/Beach"],
        H: ["Holiday", True, "Places|Beach"],
        D: ["Holiday", True, "Beach"],
    }
    assert (await library.facts(ref(photo))).tags == (("Holiday",), ("True",), ("Places", "Beach"))


@pytest.mark.parametrize(
    "words",
    [["ÄÖü", "日本 🗼", "  two  spaces ", "a, b; c", "line\nbreak", "AC/DC", "x|y", "1.50"]],
)
async def test_a_persons_keywords_keep_bytes_and_order(
    library: FileLibrary, photo: Path, tmp_path: Path, exiftool: Exiftool, words: list[str]
) -> None:
    """Neither case, accents, spaces, separators nor order change."""
    source = tmp_path / "words.json"
    source.write_text(
        json.dumps([{"SourceFile": "*", "XMP-dc:Subject": words}], ensure_ascii=False)
    )
    exiftool("-overwrite_original", f"-j={source}", photo)
    before = exiftool("-b", "-XMP-dc:Subject", photo)
    await library.write(ref(photo), [BEACH], note)
    assert exiftool("-b", "-XMP-dc:Subject", photo) == f"{before}\nBeach"


async def test_all_other_metadata_stays(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """Titles, people, ratings, EXIF, ICC, comments: as before."""
    exiftool("-overwrite_original", "-XMP-dc:Title-de=Titel", "-XMP-dc:Title=Title", "-Rating=4",
             "-XMP-mwg-rs:RegionInfo={AppliedToDimensions={W=451,H=300,Unit=pixel},"
             "RegionList=[{Name=Ada,Type=Face,Area={X=0.5,Y=0.5,W=0.1,H=0.1,Unit=normalized}}]}",
             "-EXIF:Artist=Me", "-IPTC:City=Wien", "-Comment=hello", photo)  # fmt: skip
    ours = ("System:all", "XMP-digiKam:all", "XMP-tagwright:all", "XMP-lr:all", "XMP-dc:Subject",
            "IPTC:Keywords", "CurrentIPTCDigest", "ExifToolVersion")  # fmt: skip
    look = ("-a", "-G1", "-struct", *(f"--{name}" for name in ours), photo)
    before = exiftool(*look)
    await library.write(ref(photo), [BEACH], note)
    assert exiftool(*look) == before
    assert keywords(photo)[I] == ["Beach"]


async def test_a_written_tag_is_written_once(library: FileLibrary, photo: Path) -> None:
    """The second time it is there already, and the file is not touched at all."""
    await library.write(ref(photo), [BEACH], note)
    before = Identity.of(photo)
    again = await library.write(ref(photo), [Tag("beach", ("Places", "Beach"), run="run-2")], note)
    assert again.changes == ()
    assert again.written == ()
    assert [tag.path for tag in again.already] == [("Places", "Beach")]
    assert Identity.of(photo) == before


async def test_a_persons_tag_is_not_ours(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """What stood there before is reported as such, and only the rest is written."""
    exiftool("-overwrite_original", "-XMP-digiKam:TagsList=Places/Beach", photo)
    receipt = await library.write(ref(photo), [BEACH, SUN], note)
    assert receipt.already == (BEACH,)
    assert receipt.written == (SUN,)
    notes = await library.provenance(ref(photo))
    assert [one.tag for one in notes] == [SUN]


async def test_a_killed_run_knows_its_own_tags(library: FileLibrary, photo: Path) -> None:
    """The same run meeting its own tags again has written them, and can take them back."""
    original = photo.read_bytes()
    await library.write(ref(photo), [BEACH], note)
    stamp = Identity.of(photo)
    again = await library.write(ref(photo), [BEACH], note)
    assert again.written == (BEACH,)
    assert again.changes == ()
    assert Identity.of(photo) == stamp
    await library.revert(ref(photo), [again], dry_run=False)
    assert keywords(photo) == {}
    assert photo.read_bytes() == original


async def test_a_plan_says_what_a_write_does(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """The same receipt, the photo untouched."""
    exiftool("-overwrite_original", "-XMP-dc:Subject=Holiday", "-IPTC:Keywords=Holiday", photo)
    before = Identity.of(photo), photo.read_bytes()
    planned = await library.plan(ref(photo), [BEACH])
    assert (Identity.of(photo), photo.read_bytes()) == before
    written = await library.write(ref(photo), [BEACH], note)
    assert planned.changes == written.changes
    assert (planned.written, planned.warnings) == (written.written, written.warnings)
    assert {change.field: change.after for change in planned.changes} == {
        "XMP-digiKam:TagsList": ("Holiday", "Places/Beach"),
        "XMP-lr:HierarchicalSubject": ("Holiday", "Places|Beach"),
        "XMP-dc:Subject": ("Holiday", "Beach"),
        "IPTC:Keywords": ("Holiday", "Beach"),
    }


async def test_provenance_is_readable_by_anyone(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """A ledger can be rebuilt from the files, by us and by plain exiftool."""
    tag = Tag(
        "a,b|{c}",
        ("Places", "Beach, sandy [x]"),
        0.123456,
        "ollama:x",
        "run/1",
        "2026-11-23T10:00:00Z",
    )
    await library.write(ref(photo), [tag], note)
    (found,) = await library.provenance(ref(photo))
    assert (found.tag.concept, found.tag.path) == ("a,b|{c}", ("Places", "Beach, sandy [x]"))
    assert (found.tag.tagger, found.tag.run, found.tag.at) == (tag.tagger, tag.run, tag.at)
    assert found.tag.confidence == pytest.approx(0.123456, rel=1e-3)
    assert found.fields == ("tagslist", "lr", "dc")
    command = [
        "exiftool",
        "-config",
        str(CONFIG),
        "-j",
        "-struct",
        "-XMP-tagwright:Tags",
        str(photo),
    ]
    shown = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert shown[0]["Tags"][0]["Concept"] == "a,b|{c}"


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp", "heic"])
async def test_every_embedded_format(
    library: FileLibrary, photos: Path, tmp_path: Path, suffix: str
) -> None:
    """The picture stays the same, and undo gives the metadata back."""
    pillow_heif.register_heif_opener()
    path = tmp_path / f"picture.{suffix}"
    Image.open(photos / "cat.jpg").save(path)
    key = content_key(path)
    receipt = await library.write(ref(path), [BEACH], note)
    assert keywords(path)[T] == ["Places/Beach"]
    assert content_key(path) == key
    assert os.listdir(tmp_path) == [path.name]
    await library.revert(ref(path), [receipt], dry_run=False)
    assert keywords(path) == {}
    assert content_key(path) == key


async def test_a_second_picture_in_a_jpeg_stays_where_readers_find_it(
    library: FileLibrary, photos: Path, tmp_path: Path
) -> None:
    """Stereo pairs and gain maps are found by offsets, which move with the metadata (MPF)."""
    path = tmp_path / "pair.jpg"
    with Image.open(photos / "cat.jpg") as one, Image.open(photos / "flower.jpg") as other:
        one.save(path, "MPO", save_all=True, append_images=[other])
    before = frames(path)
    await library.write(ref(path), [BEACH], note)
    assert frames(path) == before
    assert len(before) == 2
    assert keywords(path)[T] == ["Places/Beach"]
    assert os.listdir(tmp_path) == ["pair.jpg"]


def frames(path: Path) -> list[bytes]:
    """Return the pixels of every picture in a file."""
    with Image.open(path) as image:
        return [frame.tobytes() for frame in ImageSequence.Iterator(image)]


async def test_a_wrong_extension_does_not_matter(
    library: FileLibrary, photos: Path, tmp_path: Path
) -> None:
    """A PNG named .jpg is written as the PNG that it is."""
    path = tmp_path / "really-png.jpg"
    shutil.copyfile(photos / "page.png", path)
    await library.write(ref(path), [BEACH], note)
    assert keywords(path)[T] == ["Places/Beach"]
    assert path.read_bytes().startswith(b"\x89PNG")


async def test_iptc_is_kept_in_step_where_it_exists(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """The digest that MWG readers compare is renewed if it was right, and left alone if not."""
    exiftool("-overwrite_original", "-IPTC:Keywords=alt", "-IPTCDigest=new", photo)
    await library.write(ref(photo), [BEACH], note)
    digests = exiftool("-s3", "-IPTCDigest", "-CurrentIPTCDigest", photo).split()
    assert digests[0] == digests[1]
    assert keywords(photo)[I] == ["alt", "Beach"]
    exiftool("-overwrite_original", "-IPTCDigest=00112233445566778899aabbccddeeff", photo)
    await library.write(ref(photo), [SUN], note)
    assert exiftool("-s3", "-IPTCDigest", photo).strip() == "00112233445566778899aabbccddeeff"


async def test_what_iptc_cannot_hold_is_left_out_with_a_warning(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """Latin IPTC gets no question marks and no cut words."""
    exiftool("-overwrite_original", "-IPTC:Keywords=alt", photo)
    tags = [Tag("a", ("日本",)), Tag("b", ("x" * 65,)), Tag("c", ("Österreich",))]
    receipt = await library.write(ref(photo), tags, note)
    assert keywords(photo)[I] == ["alt", "Österreich"]
    assert keywords(photo)[D] == ["alt", "日本", "x" * 65, "Österreich"]
    assert len(receipt.warnings) == 2


async def test_mode_times_and_attributes(library: FileLibrary, photo: Path) -> None:
    """Mode and extended attributes stay; the modification time moves forward, never back."""
    photo.chmod(0o640)
    attribute = _attribute(photo)
    future = time.time_ns() + 3_600_000_000_000
    os.utime(photo, ns=(future, future))
    await library.write(ref(photo), [BEACH], note)
    known = photo.stat()
    assert stat.S_IMODE(known.st_mode) == 0o640
    assert known.st_mtime_ns > future
    if attribute:
        assert os.getxattr(photo, attribute) == b"kept"


def _attribute(path: Path) -> str | None:
    try:
        os.setxattr(path, "user.tagwright.test", b"kept")
    except OSError:
        return None
    return "user.tagwright.test"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
async def test_the_owner_stays(library: FileLibrary, photo: Path) -> None:
    """A photo that we write for somebody else remains theirs."""
    os.chown(photo, 12345, 23456)
    await library.write(ref(photo), [BEACH], note)
    assert (photo.stat().st_uid, photo.stat().st_gid) == (12345, 23456)


@pytest.mark.skipif(shutil.which("setfacl") is None, reason="no access lists here")
async def test_access_lists_stay(library: FileLibrary, photo: Path) -> None:
    """POSIX access lists are extended attributes of the system."""
    subprocess.run(["setfacl", "-m", "u:12345:r", photo], check=True)
    await library.write(ref(photo), [BEACH], note)
    shown = subprocess.run(["getfacl", "-cn", photo], check=True, capture_output=True, text=True)
    assert "user:12345:r" in shown.stdout


async def test_a_symbolic_link_stays_one(library: FileLibrary, photo: Path, tmp_path: Path) -> None:
    """Its target is written, wherever it lies."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    target = photo.rename(folder / "target.jpg")
    photo.symlink_to(target)
    await library.write(ref(photo), [BEACH], note)
    assert photo.is_symlink()
    assert keywords(target)[T] == ["Places/Beach"]


async def test_other_names_of_a_file_keep_the_old_picture(
    library: FileLibrary, photo: Path, tmp_path: Path
) -> None:
    """A hard link is often a backup; it is not written through, and the person is told."""
    before = photo.read_bytes()
    other = tmp_path / "backup.jpg"
    other.hardlink_to(photo)
    receipt = await library.write(ref(photo), [BEACH], note)
    assert other.read_bytes() == before
    assert keywords(photo)[T] == ["Places/Beach"]
    assert any("hard links" in warning for warning in receipt.warnings)


@pytest.mark.parametrize("path", [("a/b",), ("a|b",), ("a\nb",), ("",), (), (" a",)])
async def test_a_label_that_would_mean_something_else_is_refused(
    library: FileLibrary, photo: Path, path: tuple[str, ...]
) -> None:
    """Upstream refuses them too; here nothing gets past."""
    before = photo.read_bytes()
    with pytest.raises(MetadataError, match="cannot be written"):
        await library.write(ref(photo), [Tag("x", path)], note)
    assert photo.read_bytes() == before
