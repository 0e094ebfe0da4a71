"""The keywords of real files, written as photo tools write them."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tagwright.errors import ConfigurationError, MissingProgramError, TaxonomyError
from tagwright.model import AssetRef, Tag
from tagwright.ports import Receipt
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.targets import FileOptions
from tagwright_adapters.vocabularies.photos import from_photos
from tagwright_adapters.vocabularies.vocabulary import Vocabulary

ONE = FileOptions(workers=1)
TAGS_LIST, LR, DC = "XMP-digiKam:TagsList", "XMP-lr:HierarchicalSubject", "XMP-dc:Subject"
Make = Callable[..., None]


@pytest.fixture
def make(tmp_path: Path, photos: Path) -> Make:
    """Make photos with keywords, all by one exiftool: ``{"a.jpg": {"XMP-dc:Subject": [...]}}``."""

    def run(wanted: dict[str, dict[str, Any]]) -> None:
        entries = []
        for name, fields in wanted.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(photos / "cat.jpg", path)
            entries.append({"SourceFile": str(path), **fields})
        listing = tmp_path / "fields.json"
        listing.write_text(json.dumps(entries))
        command = ["exiftool", "-q", "-overwrite_original", "-codedcharacterset=utf8"]
        command += [f"-json={listing}", *(entry["SourceFile"] for entry in entries)]
        subprocess.run(command, check=True, capture_output=True)
        listing.unlink()

    return run


async def learned(folder: Path, **more: Any) -> dict[str, int]:
    """Return the paths that were learned, with how many photos carry each."""
    return counts(await from_photos([folder], options=ONE, **more))


def counts(imported: Vocabulary) -> dict[str, int]:
    """Return paths with counts."""
    taxonomy = imported.taxonomy
    return {"/".join(taxonomy.path(c.id)): imported.photos[c.id] for c in taxonomy}


def said(imported: Vocabulary) -> str:
    """Return all remarks."""
    return "\n".join(map(str, imported.warnings))


async def test_every_usual_field(tmp_path: Path, make: Make) -> None:
    """Each field is read as digiKam reads it, the hierarchy is put together, flat ones join it."""
    make(
        {
            "digikam.jpg": {
                TAGS_LIST: ["Places/France/Paris", "Animals/Cat"],
                DC: ["Paris", "Cat"],
            },
            "lightroom.jpg": {LR: ["Places", "Places|France", "Places|France|Nice"], DC: ["Nice"]},
            "windows.jpg": {"XMP-microsoft:LastKeywordXMP": ["Places/Italy"]},
            "expression.jpg": {"XMP-mediapro:CatalogSets": ["Places|Spain"]},
            "flat.jpg": {DC: ["Paris", "Holiday"]},
            "sub/iptc.jpg": {"IPTC:Keywords": ["Holiday", "Österreich"]},
            "sub/explorer.jpg": {"EXIF:XPKeywords": "Cat;Fête"},
            "nothing.jpg": {},
        }
    )
    assert await learned(tmp_path) == {
        "Animals": 0,
        "Animals/Cat": 2,
        "Fête": 1,
        "Holiday": 2,
        "Places": 1,
        "Places/France": 1,
        "Places/France/Nice": 1,
        "Places/France/Paris": 2,
        "Places/Italy": 1,
        "Places/Spain": 1,
        "Österreich": 1,
    }


async def test_sidecars_count(tmp_path: Path, make: Make) -> None:
    """Where there is a sidecar, it is what photo tools show."""
    make({"a.jpg": {DC: ["Embedded"]}})
    sidecar = ["exiftool", "-q", f"-{TAGS_LIST}=Side/Car", str(tmp_path / "a.jpg.xmp")]
    subprocess.run(sidecar, check=True)
    assert await learned(tmp_path) == {"Side": 0, "Side/Car": 1}


async def test_spellings_and_likely_duplicates(tmp_path: Path, make: Make) -> None:
    """Spellings of one word are joined, most photos decide; the rest is for a person to judge."""
    make(
        {f"{n:02}.jpg": {DC: ["Beach", "Cat", "Castle"]} for n in range(12)}
        | {"a.jpg": {DC: ["beach", "Cats", "Csatle"]}, "b.jpg": {DC: ["BEACH"]}}
    )
    imported = await from_photos([tmp_path], options=ONE)
    assert counts(imported) == {"Beach": 14, "Cat": 12, "Cats": 1, "Castle": 12, "Csatle": 1}
    assert "'Beach' (12), 'BEACH' (1), 'beach' (1) are one concept here, 'Beach'" in said(imported)
    assert "'Cat' (12) and 'Cats' (1) may be one: singular and plural" in said(imported)
    assert "'Castle' (12) and 'Csatle' (1) may be one: the second looks misspelt" in said(imported)
    assert len(imported.warnings) == 3


async def test_a_flat_keyword_with_two_places(tmp_path: Path, make: Make) -> None:
    """Which of two is meant is not guessed."""
    make({"a.jpg": {TAGS_LIST: ["Sea/Coast", "Trips/Coast"]}, "b.jpg": {DC: ["coast", "Sea"]}})
    imported = await from_photos([tmp_path], options=ONE)
    assert counts(imported) == {"coast": 1, "Sea": 1, "Sea/Coast": 1, "Trips": 0, "Trips/Coast": 1}
    assert "'coast' (1) stands alone and may be any of 'Sea > Coast', 'Trips > Coast'" in (
        said(imported)
    )


async def test_only_what_is_used(tmp_path: Path, make: Make) -> None:
    """Keywords on few photos are left out on request, after flat ones have joined."""
    make({"a.jpg": {TAGS_LIST: ["Sea/Coast"]}, "b.jpg": {DC: ["Coast", "Once"]}})
    assert await learned(tmp_path, at_least=2) == {"Sea": 0, "Sea/Coast": 2}


async def test_not_what_tagwright_wrote(tmp_path: Path, make: Make) -> None:
    """A vocabulary is what people use; our own tags and digiKam's internals are none of it."""
    make(
        {
            "a.jpg": {TAGS_LIST: ["Animals/Cat", "_Digikam_Internal_Tags_/Color Label Red"]},
            "b.jpg": {TAGS_LIST: ["Animals/Cat", "Tagwright/To review"]},
        }
    )
    await write(tmp_path / "a.jpg", Tag("beach", ("Places", "Beach"), 0.9, "basics", "run-1"))
    assert await learned(tmp_path) == {"Animals": 0, "Animals/Cat": 2}
    assert await learned(tmp_path, ours=True) == {
        "Animals": 0,
        "Animals/Cat": 2,
        "Places": 0,
        "Places/Beach": 1,
    }


async def write(path: Path, tag: Tag) -> None:
    """Write a tag as a run does."""

    async def note(_: Receipt) -> None:
        """Take note of it."""

    library = FileLibrary([path.parent], ONE)
    await library.write(AssetRef("files", str(path)), [tag], note)
    await library.aclose()


async def test_one_bad_photo(tmp_path: Path, make: Make) -> None:
    """What cannot be read is counted and named; the others are read."""
    make({"good.jpg": {DC: ["Beach"]}, "bad.jpg": {DC: ["Lost"]}})
    (tmp_path / "bad.jpg.xmp").write_text("<x:xmpmeta")
    (tmp_path / "empty.jpg").touch()
    seen: list[tuple[int, int]] = []
    imported = await from_photos(
        [tmp_path], options=ONE, progress=lambda done, of: seen.append((done, of))
    )
    assert counts(imported) == {"Beach": 1}
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert "1 of 3 photos could not be read" in said(imported)
    assert "bad.jpg: its XMP is malformed" in said(imported)


async def test_nothing_learned(tmp_path: Path, make: Make) -> None:
    """Photos without keywords teach nothing, and say so."""
    make({"a.jpg": {}})
    with pytest.raises(TaxonomyError, match=r"no keywords on the photos \(1\)") as caught:
        await from_photos([tmp_path], options=ONE)
    assert caught.value.exit_code == 2
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        await from_photos([tmp_path / "missing"], options=ONE)


async def test_without_exiftool(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing program ends it at once, with its own exit code."""
    make({f"{n}.jpg": {DC: ["Beach"]} for n in range(3)})
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingProgramError):
        await from_photos([tmp_path], options=ONE)


async def test_cancelling(tmp_path: Path, make: Make) -> None:
    """It ends where it stands, and leaves no exiftool behind."""
    make({f"{n:03}.jpg": {DC: ["Beach"]} for n in range(40)})
    before = children()
    begun = asyncio.Event()
    read: list[int] = []

    def progress(done: int, _: int) -> None:
        read.append(done)
        begun.set()

    task = asyncio.create_task(from_photos([tmp_path], options=ONE, progress=progress))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(read) < 40
    assert children() == before


def children() -> set[str]:
    """Return the numbers of the processes that this one has started and that run."""
    return {
        pid
        for path in Path("/proc/self/task").glob("*/children")
        for pid in path.read_text().split()
    }
