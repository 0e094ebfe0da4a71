"""The receipt of a revert can be reverted in its turn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tagwright.errors import ChangedMeanwhileError
from tagwright.ports import Receipt
from tagwright_adapters.files.library import FileLibrary

from .conftest import BEACH, SUN, note, ref
from .test_reverting import prepare

Exiftool = Callable[..., str]


@pytest.mark.parametrize("kind", ["nothing", "keywords", "iptc", "stale digest", "all"])
async def test_there_and_back_to_the_byte(
    library: FileLibrary, photo: Path, exiftool: Exiftool, kind: str
) -> None:
    """The notes of their origin come back with the tags."""
    prepare(kind, photo, exiftool)
    written = await library.write(ref(photo), [BEACH, SUN], note)
    tagged = photo.read_bytes()
    intended: list[Receipt] = []

    async def intend(receipt: Receipt) -> None:
        assert photo.read_bytes() == tagged
        intended.append(receipt)

    undone = await library.revert(ref(photo), [written], dry_run=False, intend=intend)
    assert intended == [undone]
    assert {tag.path for tag in undone.withdrawn} == {BEACH.path, SUN.path}
    back = await library.revert(ref(photo), [undone], dry_run=False)
    assert photo.read_bytes() == tagged
    assert {tag.path for tag in back.written} == {BEACH.path, SUN.path}


async def test_tag_by_tag_where_a_person_was_there_since(
    library: FileLibrary, photo: Path, exiftool: Exiftool
) -> None:
    """Our tags come back into the fields that they were taken from; the person's stays."""
    written = await library.write(ref(photo), [BEACH], note)
    undone = await library.revert(ref(photo), [written], dry_run=False)
    exiftool("-overwrite_original", "-XMP-dc:Subject+=Mine", photo)
    await library.revert(ref(photo), [undone], dry_run=False)
    facts = await library.facts(ref(photo))
    assert BEACH.path in facts.tags
    found = exiftool("-s3", "-XMP-dc:Subject", photo).strip().split(", ")
    assert found == ["Mine", BEACH.path[-1]]
    assert [one.tag.path for one in await library.provenance(ref(photo))] == [BEACH.path]


async def test_a_sidecar_that_was_removed_is_made_again(sidecars: FileLibrary, photo: Path) -> None:
    """As it was, to the byte, and can go once more."""
    written = await sidecars.write(ref(photo), [BEACH], note)
    sidecar = photo.with_name("photo.jpg.xmp")
    content = sidecar.read_bytes()
    for _ in range(2):
        undone = await sidecars.revert(ref(photo), [written], dry_run=False)
        assert not sidecar.exists()
        back = await sidecars.revert(ref(photo), [undone], dry_run=False)
        assert sidecar.read_bytes() == content
        assert [tag.path for tag in back.written] == [BEACH.path]


async def test_a_sidecar_that_changes_meanwhile_is_not_removed(
    sidecars: FileLibrary, photo: Path
) -> None:
    """Between the look and the removal somebody saved it."""
    written = await sidecars.write(ref(photo), [BEACH], note)
    sidecar = photo.with_name("photo.jpg.xmp")

    async def save(_: Receipt) -> None:
        sidecar.write_bytes(sidecar.read_bytes() + b"\n")

    with pytest.raises(ChangedMeanwhileError):
        await sidecars.revert(ref(photo), [written], dry_run=False, intend=save)
    assert sidecar.exists()


async def test_what_a_revert_that_was_cut_short_has_done_comes_back_too(
    library: FileLibrary, photo: Path
) -> None:
    """The photo was done, the sidecar not yet: the next revert goes on, and covers both."""
    sidecar = photo.with_name("photo.jpg.xmp")
    sidecar.write_bytes(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf="
                        b"'http://www.w3.org/1999/02/22-rdf-syntax-ns#'/></x:xmpmeta>")  # fmt: skip
    original = photo.read_bytes()
    written = await library.write(ref(photo), [BEACH], note)
    tagged = photo.read_bytes()
    cut: list[Receipt] = []

    async def save(receipt: Receipt) -> None:
        cut.append(receipt)
        sidecar.write_bytes(sidecar.read_bytes() + b"\n")

    with pytest.raises(ChangedMeanwhileError):
        await library.revert(ref(photo), [written], dry_run=False, intend=save)
    assert photo.read_bytes() == original
    undone = await library.revert(ref(photo), [written], dry_run=False, begun=cut)
    assert BEACH.path not in (await library.facts(ref(photo))).tags
    await library.revert(ref(photo), [undone], dry_run=False)
    assert photo.read_bytes() == tagged
    assert BEACH.path in (await library.facts(ref(photo))).tags
