"""A write is announced before it happens, and one that was cut short is made whole by the next."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tagwright.errors import ChangedMeanwhileError, StorageError
from tagwright.ports import Receipt
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.replacing import Identity
from tagwright_adapters.files.stamps import stamp

from .conftest import BEACH, SUN, note, ref

Exiftool = Callable[..., str]


@pytest.fixture
def sidecar(photo: Path, exiftool: Exiftool) -> Path:
    """A sidecar that somebody made for the photo."""
    path = photo.with_name("photo.jpg.xmp")
    exiftool("-XMP-dc:Subject=Mine", "-o", path)
    return path


@pytest.mark.parametrize("with_sidecar", [False, True])
async def test_a_write_is_announced_before_anything_is_replaced(
    library: FileLibrary, photo: Path, exiftool: Exiftool, with_sidecar: bool
) -> None:
    """Once, with the receipt that is returned and that describes what will stand there."""
    if with_sidecar:
        exiftool("-XMP-dc:Subject=Mine", "-o", photo.with_name("photo.jpg.xmp"))
    before = {path: (path.read_bytes(), Identity.of(path)) for path in photo.parent.iterdir()}
    announced: list[Receipt] = []

    async def intend(receipt: Receipt) -> None:
        announced.append(receipt)
        assert {path: (path.read_bytes(), Identity.of(path)) for path in before} == before

    receipt = await library.write(ref(photo), [BEACH], intend)
    assert announced == [receipt]
    assert receipt.written == (BEACH,)
    assert (receipt.size, receipt.modified) == stamp(photo)
    assert all(path.read_bytes() != data for path, (data, _) in before.items())


async def test_nothing_is_announced_where_nothing_changes(
    library: FileLibrary, photo: Path
) -> None:
    """Neither without tags nor with tags that stand there."""
    await library.write(ref(photo), [BEACH], note)
    before = (photo.read_bytes(), Identity.of(photo))

    async def intend(_: Receipt) -> None:
        pytest.fail("announced")

    await library.write(ref(photo), [], intend)
    await library.write(ref(photo), [replace(BEACH, run="run-2")], intend)
    assert (photo.read_bytes(), Identity.of(photo)) == before


@pytest.mark.parametrize("problem", [RuntimeError, asyncio.CancelledError])
async def test_what_could_not_be_noted_is_not_done(
    library: FileLibrary, photo: Path, sidecar: Path, problem: type[BaseException]
) -> None:
    """The files stay as they are, and no temporary file stays."""
    before = {path: (path.read_bytes(), Identity.of(path)) for path in photo.parent.iterdir()}

    async def intend(_: Receipt) -> None:
        assert len(os.listdir(photo.parent)) == 4
        raise problem

    with pytest.raises(problem):
        await library.write(ref(photo), [BEACH], intend)
    after = {path: (path.read_bytes(), Identity.of(path)) for path in photo.parent.iterdir()}
    assert after == before


async def half_written(library: FileLibrary, photo: Path, sidecar: Path) -> Receipt:
    """Let somebody save the sidecar just before we put ours in its place; return the intention."""
    announced: list[Receipt] = []

    async def intend(receipt: Receipt) -> None:
        announced.append(receipt)
        sidecar.write_bytes(sidecar.read_bytes() + b"\n")

    with pytest.raises(ChangedMeanwhileError) as caught:
        await library.write(ref(photo), [BEACH], intend)
    assert caught.value.asset == str(photo)
    return announced[0]


def shown(exiftool: Exiftool, path: Path) -> list[str]:
    """Return the keyword fields of a file."""
    names = ("-XMP-digiKam:TagsList", "-XMP-lr:HierarchicalSubject", "-XMP-dc:Subject")
    return exiftool("-s3", "-sep", ";", *names, path).split()


@pytest.mark.parametrize("run", ["run-1", "run-2"])
async def test_half_a_write_is_completed_by_the_next(
    library: FileLibrary, photo: Path, sidecar: Path, exiftool: Exiftool, run: str
) -> None:
    """The photo is not touched again, and undoing the second write takes back both halves."""
    await half_written(library, photo, sidecar)
    assert (await library.facts(ref(photo))).tags == (("Mine",),)
    embedded = photo.read_bytes()
    receipt = await library.write(ref(photo), [replace(BEACH, run=run)], note)
    assert photo.read_bytes() == embedded
    assert [tag.path for tag in receipt.written] == [BEACH.path]
    assert shown(exiftool, photo) == ["Places/Beach", "Places|Beach", "Beach"]
    assert shown(exiftool, sidecar) == ["Mine;Places/Beach", "Mine;Places|Beach", "Mine;Beach"]
    await library.revert(ref(photo), [receipt], dry_run=False)
    assert shown(exiftool, photo) == []
    assert shown(exiftool, sidecar) == ["Mine"]


async def test_half_a_write_can_be_taken_back(
    library: FileLibrary, photo: Path, sidecar: Path
) -> None:
    """The intention suffices, whatever part of it was carried out."""
    original = photo.read_bytes()
    intention = await half_written(library, photo, sidecar)
    theirs = sidecar.read_bytes()
    await library.revert(ref(photo), [intention], dry_run=False)
    assert photo.read_bytes() == original
    assert sidecar.read_bytes() == theirs


async def test_half_a_write_does_not_claim_what_is_a_persons(
    library: FileLibrary, photo: Path, sidecar: Path, exiftool: Exiftool
) -> None:
    """A tag without our note was not ours, in the photo as in the sidecar."""
    exiftool("-overwrite_original", "-XMP-digiKam:TagsList=Weather/Sun", photo)
    receipt = await library.write(ref(photo), [SUN], note)
    await library.revert(ref(photo), [receipt], dry_run=False)
    assert shown(exiftool, photo) == ["Weather/Sun"]
    assert shown(exiftool, sidecar) == ["Mine"]


async def test_a_disk_that_fails_between_two_files(
    library: FileLibrary, photo: Path, sidecar: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is ours, nothing temporary stays, and the sidecar is whole."""
    before = sidecar.read_bytes()
    real = os.replace

    def refuse(source: Path, target: Path) -> None:
        if target == sidecar:
            raise OSError(5, "Input/output error")
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        with pytest.raises(StorageError, match="Input/output"):
            await library.write(ref(photo), [BEACH], note)
    assert sidecar.read_bytes() == before
    assert sorted(os.listdir(photo.parent)) == ["photo.jpg", "photo.jpg.xmp"]
    await library.write(ref(photo), [BEACH], note)
    assert (await library.facts(ref(photo))).tags == (("Mine",), BEACH.path)
