"""What is known of a photo without looking at it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.targets import FileOptions

from .conftest import BEACH, note, ref

Exiftool = Callable[..., str]


async def test_camera_time_and_place(library: FileLibrary, photo: Path, exiftool: Exiftool) -> None:
    """Raw values by family 0; time with its offset; degrees with their sign; upright size."""
    exiftool("-overwrite_original", "-Make=Maker", "-FNumber=2.8", "-ExposureTime=1/250",
             "-DateTimeOriginal=2026:07:14 18:03:00", "-OffsetTimeOriginal=+02:00",
             "-GPSLatitude=48.2", "-GPSLatitudeRef=S", "-GPSLongitude=16.37", "-GPSLongitudeRef=W",
             "-Orientation#=6", photo)  # fmt: skip
    facts = await library.facts(ref(photo))
    assert facts.name == "photo.jpg"
    assert (facts.width, facts.height) == (300, 451)
    assert facts.taken_at == datetime(2026, 7, 14, 18, 3, tzinfo=timezone(timedelta(hours=2)))
    assert facts.latitude == pytest.approx(-48.2)
    assert facts.longitude == pytest.approx(-16.37)
    assert facts.metadata["EXIF:FNumber"] == 2.8
    assert facts.metadata["EXIF:Make"] == "Maker"
    assert facts.metadata["EXIF:ExposureTime"] == pytest.approx(0.004)
    assert facts.metadata["Composite:GPSLatitude"] == pytest.approx(-48.2)
    assert not any(key.startswith(("XMP:XMP", "IPTC:IPTC", "SourceFile")) for key in facts.metadata)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026:07:14 18:03:00", datetime(2026, 7, 14, 18, 3)),
        ("0000:00:00 00:00:00", None),
        ("2026:13:45 99:99:99", None),
        ("    :  :     :  :  ", None),
    ],
)
async def test_odd_times(
    library: FileLibrary, photo: Path, exiftool: Exiftool, written: str, expected: datetime | None
) -> None:
    """A clock that was never set is no time."""
    exiftool("-overwrite_original", f"-DateTimeOriginal#={written}", photo)
    assert (await library.facts(ref(photo))).taken_at == expected


async def test_folders_from_the_root_down(photo: Path) -> None:
    """What lies above the folder that a person named is nobody's business."""
    folder = photo.parent / "2024" / "Sea"
    folder.mkdir(parents=True)
    path = photo.rename(folder / "a.jpg")
    library = FileLibrary([photo.parent / "2024"], FileOptions(workers=1))
    assert (await library.facts(ref(path))).folders == ("2024", "Sea")
    await library.aclose()


async def test_a_look_is_used_again_only_while_nothing_changed(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """facts() reads; write() right after need not, but sees what a person did in between."""
    await library.facts(ref(photo))
    exiftool("-overwrite_original", "-XMP-dc:Subject=Theirs", photo)
    await library.write(ref(photo), [BEACH], note)
    assert (await library.facts(ref(photo))).tags == (("Theirs",), ("Places", "Beach"))


async def test_a_remembered_sidecar_is_checked_against_the_file(
    sidecars: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """What a person does to a sidecar between facts() and write() is seen, and kept."""
    beside = photo.with_name("photo.jpg.xmp")
    exiftool("-XMP-digiKam:TagsList=Mine", "-o", beside, photo)
    assert (await sidecars.facts(ref(photo))).tags == (("Mine",),)
    exiftool("-overwrite_original", "-XMP-digiKam:TagsList+=Theirs", beside)
    await sidecars.write(ref(photo), [BEACH], note)
    assert (await sidecars.facts(ref(photo))).tags == (("Mine",), ("Theirs",), BEACH.path)


async def test_many_at_once(photo: Path) -> None:
    """Concurrent calls for different photos each get their own answer."""
    library = FileLibrary([photo.parent], FileOptions(workers=2))
    data = photo.read_bytes()
    paths = [photo.with_name(f"{number}.jpg") for number in range(12)]
    for path in paths:
        path.write_bytes(data)
    await asyncio.gather(*(library.write(ref(path), [BEACH], note) for path in paths))
    facts = await asyncio.gather(*(library.facts(ref(path)) for path in paths))
    assert [fact.name for fact in facts] == [path.name for path in paths]
    assert all(fact.tags == (("Places", "Beach"),) for fact in facts)
    await library.aclose()


async def test_people_and_tags_of_every_field_and_file(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """A privacy fence must not miss what digiKam would pass over, nor what a sidecar hides."""
    exiftool("-overwrite_original", "-XMP-digiKam:TagsList=Holiday", "-XMP-dc:Subject=Private",
             "-XMP-lr:HierarchicalSubject=Work|Secret", "-IPTC:Keywords=Bank",
             "-EXIF:XPKeywords=Old", "-XMP-iptcExt:PersonInImage=Anna", photo)  # fmt: skip
    exiftool("-XMP-digiKam:TagsList=Beside", "-XMP-iptcExt:PersonInImage=Bob",
             photo.with_name(f"{photo.name}.xmp"))  # fmt: skip
    facts = await library.facts(ref(photo))
    assert facts.tags == (("Beside",),)
    assert facts.people == ("Anna", "Bob")
    assert set(facts.keywords) == {
        *(("Holiday",), ("Private",), ("Work", "Secret"), ("Bank",), ("Old",), ("Beside",))
    }
