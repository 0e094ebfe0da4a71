"""Several files of one shot: which they are, and what a run does with them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from PIL import Image

from tagwright.errors import VanishedError
from tagwright.model import AssetRef, RenditionSpec
from tagwright.privacy import Fence, Guard
from tagwright.privacy.patterns import Pattern
from tagwright.state import Database, Lane
from tagwright.state.owners import Owner
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.names import to_reference

from .shots import LATER, LIVE, NOON, Desk, Exiftool, Film, of_an_iphone, tags_of


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """An empty folder and a new state."""
    folder = tmp_path / "album"
    folder.mkdir()
    database = Database(tmp_path / "t.db")
    lane, owner = Lane(database), Owner(tmp_path / "owners")
    made = Desk(folder, lane, owner)
    yield made
    for library in made.libraries.values():
        await library.aclose()
    lane.close()
    owner.close()
    database.close()


@pytest.fixture
def jpeg(photos: Path) -> Callable[..., Path]:
    """Make the picture of a shot."""

    def make(path: Path, taken: str = NOON, model: str = "Z 8", quality: int = 75) -> Path:
        with Image.open(photos / "cat.jpg") as image:
            exif = image.getexif()
            exif[0x0110], exif.get_ifd(0x8769)[0x9003] = model, taken
            image.save(path, exif=exif, quality=quality)
        return path

    return make


@pytest.fixture
def raw() -> Callable[..., Path]:
    """Make a negative, as large as a stamp."""

    def make(path: Path, taken: str = NOON, model: str = "Z 8") -> Path:
        exif = Image.Exif()
        exif[0x0110], exif[0x9003] = model, taken  # Pillow writes no further level here
        Image.new("RGB", (64, 48), "green").save(path, "TIFF", exif=exif)
        return path

    return make


@pytest.fixture
def film(tmp_path: Path) -> Film:
    """Make a film of some seconds, with what phones note in it."""

    def make(path: Path, taken: str = "", identifier: str = "", seconds: int = 2) -> Path:
        noted = {"content.identifier": identifier, "creationdate": taken}
        options = [f"com.apple.quicktime.{key}={value}" for key, value in noted.items() if value]
        command = [
            *("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"color=s=64x48:r=5:d={seconds}"),
            *("-movflags", "use_metadata_tags"),
            *(part for option in options for part in ("-metadata", option)),
        ]
        subprocess.run([*command, f"file:{path}"], check=True, stdin=subprocess.DEVNULL)
        return path

    return make


async def test_one_answer_for_a_raw_file_and_its_jpeg(
    desk: Desk, jpeg: Callable[..., Path], raw: Callable[..., Path], exiftool: Exiftool
) -> None:
    """Both are tagged, the picture is shown once, and a second run has nothing to do."""
    jpeg(desk.folder / "IMG_1.JPG")
    raw(desk.folder / "IMG_1.NEF")
    run = await desk.run()
    assert (run.tally.tagged, run.tally.changed, desk.tagger.calls) == (2, 2, 1)
    assert desk.tagger.widths == [451]
    assert tags_of(exiftool, desk.folder / "IMG_1.JPG") == "Cat"
    assert tags_of(exiftool, desk.folder / "IMG_1.NEF.xmp") == "Cat"
    again = await desk.run()
    assert (again.tally.unchanged, again.tally.queued, desk.tagger.calls) == (2, 0, 1)
    forced = await desk.run(force=True)
    assert (forced.tally.tagged, forced.tally.tags, desk.tagger.calls) == (2, 0, 1)


async def test_apart(desk: Desk, jpeg: Callable[..., Path], film: Film) -> None:
    """On request each file is asked about by itself."""
    jpeg(desk.folder / "IMG_1.JPG")
    film(desk.folder / "IMG_1.MOV", f"{NOON}+02:00")
    run = await desk.run("apart")
    assert (run.tally.tagged, desk.tagger.calls) == (2, 2)


async def test_the_picture_alone(
    desk: Desk, jpeg: Callable[..., Path], raw: Callable[..., Path], film: Film
) -> None:
    """On request the second file goes without tags; the run says why, and has done with it."""
    jpeg(desk.folder / "IMG_1.JPG")
    raw(desk.folder / "IMG_1.NEF")
    film(desk.folder / "IMG_2.MOV", f"{LATER}+02:00")
    jpeg(desk.folder / "IMG_2.JPG")  # another shot
    run = await desk.run("primary")
    assert (run.tally.passed, run.tally.left, desk.tagger.calls) == (1, 0, 2)
    assert desk.results["IMG_1.NEF"].notes == ("IMG_1.JPG, of the same shot, is tagged for it",)
    assert not (desk.folder / "IMG_1.NEF.xmp").exists()
    again = await desk.run("primary")
    assert (again.tally.unchanged, again.tally.queued) == (4, 0)
    os.unlink(desk.folder / "IMG_1.JPG")
    os.utime(desk.folder / "IMG_1.NEF")
    await desk.run("primary")
    assert desk.results["IMG_1.NEF"].status != "passed"


async def test_a_burst_of_shots(
    desk: Desk, jpeg: Callable[..., Path], raw: Callable[..., Path]
) -> None:
    """Whichever file of a frame comes first, the frames share one answer."""
    for number in range(4):
        taken = f"2024:05:01 12:00:0{number // 2}"
        suffix = "CR2" if number % 2 else "NEF"  # before JPG in the order of names, and after
        raw(desk.folder / f"IMG_{number}.{suffix}", taken)
        jpeg(desk.folder / f"IMG_{number}.JPG", taken, quality=90 - number)
    run = await desk.run()
    assert (run.tally.tagged, desk.tagger.calls, run.tally.shared) == (8, 1, 3)


async def test_rejected_for_both(
    desk: Desk, jpeg: Callable[..., Path], raw: Callable[..., Path], exiftool: Exiftool
) -> None:
    """A tag that a person took from the picture is not written to the RAW file either."""
    picture = jpeg(desk.folder / "IMG_1.JPG")
    await desk.run()
    ours = ("-XMP-dc:Subject=", "-XMP-digiKam:TagsList=", "-XMP-lr:HierarchicalSubject=")
    exiftool("-overwrite_original", *ours, picture)
    await desk.run()
    raw(desk.folder / "IMG_1.NEF")
    run = await desk.run()
    assert (run.tally.tagged, run.tally.tags, desk.tagger.calls) == (1, 0, 1)
    assert not (desk.folder / "IMG_1.NEF.xmp").exists()


async def test_a_picture_that_comes_later(
    desk: Desk, jpeg: Callable[..., Path], film: Film, exiftool: Exiftool
) -> None:
    """What is tagged already keeps its tags, none of them twice; after that both go together."""
    film(desk.folder / "IMG_1.MOV", f"{NOON}+02:00")
    await desk.run()
    jpeg(desk.folder / "IMG_1.JPG")
    run = await desk.run()
    assert (run.tally.tagged, run.tally.unchanged, desk.tagger.calls) == (1, 1, 2)
    forced = await desk.run(force=True)
    assert (forced.tally.tagged, forced.tally.tags, desk.tagger.calls) == (2, 0, 2)
    assert tags_of(exiftool, desk.folder / "IMG_1.MOV.xmp") == "Cat"
    os.unlink(desk.folder / "IMG_1.JPG")
    alone = await desk.run(force=True)
    assert (alone.tally.tagged, alone.tally.tags, desk.tagger.calls) == (1, 0, 2)


async def test_moved_together(
    desk: Desk, jpeg: Callable[..., Path], raw: Callable[..., Path], exiftool: Exiftool
) -> None:
    """Each file keeps what is known of its own tags: taking ours away is a rejection."""
    jpeg(desk.folder / "IMG_1.JPG")
    raw(desk.folder / "IMG_1.NEF")
    await desk.run()
    deep = desk.folder / "deep"
    deep.mkdir()
    for path in [one for one in desk.folder.iterdir() if one.is_file()]:
        path.rename(deep / path.name)
    run = await desk.run()
    assert (run.tally.tagged, run.tally.tags, desk.tagger.calls) == (2, 0, 1)
    (deep / "IMG_1.NEF.xmp").unlink()
    forced = await desk.run(force=True)
    assert (forced.tally.tags, desk.tagger.calls) == (0, 1)
    assert tags_of(exiftool, deep / "IMG_1.JPG") == "Cat"


async def test_a_fence_around_the_picture(
    desk: Desk, jpeg: Callable[..., Path], raw: Callable[..., Path], exiftool: Exiftool
) -> None:
    """It is what would be shown, so a fence around it holds for the RAW file too."""
    exiftool("-overwrite_original", "-XMP-dc:Subject=Private", jpeg(desk.folder / "IMG_1.JPG"))
    raw(desk.folder / "IMG_1.NEF")
    run = await desk.run(guard=Guard(Fence(tags=(Pattern("Private"),))))
    assert (run.tally.fenced, desk.tagger.calls) == (2, 0)


async def test_a_picture_that_cannot_be_shown(
    desk: Desk, jpeg: Callable[..., Path], film: Film
) -> None:
    """The file itself is shown then."""
    picture = jpeg(desk.folder / "IMG_1.JPG")
    film(desk.folder / "IMG_1.MOV", f"{NOON}+02:00")
    picture.write_bytes(picture.read_bytes()[:2000])
    await desk.run()
    assert desk.results["IMG_1.MOV"].status == "tagged"


async def _key(library: FileLibrary, path: Path) -> str:
    return await library.content_key(AssetRef("files", to_reference(path)))


@pytest.mark.parametrize(
    ("taken", "model", "paired"),
    [
        (NOON, "Z 8", True),
        ("2024:05:01 12:00:02", "Z 8", True),
        ("", "", True),  # an export that has lost its metadata
        (LATER, "Z 8", False),  # the counter began anew
        (NOON, "Z 9", False),  # two cameras in one folder
    ],
)
async def test_raw_files_of_one_name(
    taken: str,
    model: str,
    paired: bool,
    library: FileLibrary,
    tmp_path: Path,
    jpeg: Callable[..., Path],
    raw: Callable[..., Path],
) -> None:
    """Time and camera must not contradict."""
    picture, negative = jpeg(tmp_path / "a.Jpg", taken, model), raw(tmp_path / "a.nef")
    same = await _key(library, picture) == await _key(library, negative)
    assert same is paired


@pytest.mark.parametrize(
    ("taken", "identifier", "seconds", "paired"),
    [
        (LATER, LIVE, 2, True),  # what Apple notes counts more than times
        (NOON, LIVE.lower(), 2, False),
        (NOON, "", 2, True),
        (NOON, "", 9, False),  # a film, not a live photo
        (LATER, "", 2, False),
        ("", "", 2, False),
    ],
)
async def test_films_of_one_name(
    taken: str,
    identifier: str,
    seconds: int,
    paired: bool,
    library: FileLibrary,
    tmp_path: Path,
    jpeg: Callable[..., Path],
    film: Film,
) -> None:
    """Only the film of a live photo belongs to a picture of its name."""
    picture = jpeg(tmp_path / "a.jpg")
    of_an_iphone(picture, LIVE)
    moving = film(tmp_path / "a.MOV", taken and f"{taken}+02:00", identifier, seconds)
    assert (await _key(library, picture) == await _key(library, moving)) is paired


async def test_three_files(
    library: FileLibrary, tmp_path: Path, jpeg: Callable[..., Path], raw: Callable[..., Path]
) -> None:
    """One picture stands for the RAW file, always the same; pictures stand for themselves."""
    first, second = jpeg(tmp_path / "a.jpg"), tmp_path / "a.jpeg"
    shutil.copyfile(Path(__file__).parents[2] / "photos" / "coffee.jpg", second)
    negative = raw(tmp_path / "a.nef")
    keys = [await _key(library, one) for one in (first, second, negative)]
    assert keys[0] != keys[1]
    assert keys[2] == keys[0]
    first.unlink()
    assert await _key(library, negative) == keys[1]
    negative.unlink()
    with pytest.raises(VanishedError):
        await _key(library, negative)


async def test_a_film_beside_two_pictures(
    library: FileLibrary, tmp_path: Path, jpeg: Callable[..., Path], film: Film
) -> None:
    """A phone's own picture goes before what was made of it."""
    made = jpeg(tmp_path / "a.JPG")
    own = jpeg(tmp_path / "b.jpg", quality=60).rename(tmp_path / "a.HEIC")
    moving = film(tmp_path / "a.mov", f"{NOON}+02:00")
    keys = [await _key(library, one) for one in (made, own, moving)]
    assert keys[0] != keys[1]
    assert keys[2] == keys[1]


async def test_facts_of_a_second_file(
    library: FileLibrary,
    tmp_path: Path,
    jpeg: Callable[..., Path],
    raw: Callable[..., Path],
    exiftool: Exiftool,
) -> None:
    """What shapes a question is as the picture has it; name and tags are its own."""
    place = ("-GPSLatitude=48.1", "-GPSLatitudeRef=N", "-GPSLongitude=11.5", "-GPSLongitudeRef=E")
    picture = jpeg(tmp_path / "a.jpg")
    exiftool("-overwrite_original", *place, "-XMP-iptcCore:Location=Zoo", picture)
    negative = raw(tmp_path / "a.nef")
    exiftool("-o", f"{negative}.xmp", "-XMP-digiKam:TagsList=Mine", negative)
    found = await library.facts(AssetRef("files", to_reference(negative)))
    assert (found.name, found.width, found.tags) == ("a.nef", 451, (("Mine",),))
    assert (found.latitude, found.longitude) == (48.1, 11.5)
    assert found.metadata["XMP:Location"] == "Zoo"
    shown = await library.rendition(
        AssetRef("files", to_reference(negative)), RenditionSpec(long_edge=128)
    )
    assert (shown.width, shown.height) != (64, 48)
