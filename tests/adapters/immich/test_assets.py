"""The client's assets, pictures, notes and albums."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from tests.adapters.loopback import Response

from tagwright_adapters.immich.errors import (
    ImmichError,
    ImmichMissingError,
    ImmichNoPreviewError,
    ImmichSetupError,
    ImmichTooOldError,
)

from .conftest import Connect
from .server import PAGE, ImmichServer, Person

NOWHERE = "00000000-0000-4000-8000-000000000000"


async def test_an_asset(immich: ImmichServer, connect: Connect) -> None:
    """All that is read of it, in both versions."""
    asset = immich.upload("film.mp4", kind="VIDEO", people=(Person(NOWHERE, "Anna"),))
    immich.settle()
    immich.tag(asset, "a/b")
    immich.settle()
    shown = await connect(immich.url).assets.get(asset.id)
    assert (shown.id, shown.original_file_name, shown.type) == (asset.id, "film.mp4", "VIDEO")
    assert shown.thumbhash
    assert shown.updated_at > shown.created_at
    assert [tag.path for tag in shown.tags or ()] == [("a", "b")]
    assert [person.name for person in shown.people] == ["Anna"]
    assert shown.exif is not None
    assert shown.exif.description == ""


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
async def test_previews(immich: ImmichServer, connect: Connect, form: str) -> None:
    """As the server is set."""
    immich.preview = form
    asset = immich.upload()
    immich.settle()
    data, media_type = await connect(immich.url).assets.preview(asset.id)
    assert media_type == f"image/{form.lower()}"
    assert Image.open(io.BytesIO(data)).format == form
    asset.cropped = True
    data, _ = await connect(immich.url).assets.preview(asset.id)
    assert Image.open(io.BytesIO(data)).size == (144, 216)


async def test_no_preview(immich: ImmichServer, connect: Connect) -> None:
    """Not yet; what is not a picture is not taken for one."""
    asset = immich.upload()
    assets = connect(immich.url).assets
    with pytest.raises(ImmichNoPreviewError, match="has no preview") as caught:
        await assets.preview(asset.id)
    assert not caught.value.stops_run
    immich.instead[f"/api/assets/{asset.id}/thumbnail?size=preview&edited=true"] = Response(PAGE)
    with pytest.raises(ImmichSetupError, match="is not Immich's API: “a web page”"):
        await assets.preview(asset.id)


@pytest.mark.parametrize("visibility", [None, "locked"])
async def test_gone(immich: ImmichServer, connect: Connect, visibility: str | None) -> None:
    """Deleted or locked away: whoever asks for it goes on with others."""
    number = immich.upload(visibility=visibility).id if visibility else NOWHERE
    assets = connect(immich.url).assets
    immich.permissions.add("asset.update")
    for call in (
        assets.get(number),
        assets.preview(number),
        assets.describe(number, "x"),
        assets.notes(number),
        assets.note("k", {number: {}}),
    ):
        with pytest.raises(ImmichMissingError, match="Not found or no asset") as caught:
            await call
        assert not caught.value.stops_run


@pytest.mark.parametrize("number", ["../users/me", "a/b", "x?y=1", "..", "", "#", "%2F"])
async def test_identifiers_from_outside(
    immich: ImmichServer, connect: Connect, number: str
) -> None:
    """They stay within their place in the path."""
    immich.permissions.add("all")
    with pytest.raises(ImmichError):
        await connect(immich.url).assets.get(number)
    assert immich.received[0].startswith("/api/assets/")
    assert immich.received[0].count("/") == 3


async def test_notes(immich: ImmichServer, connect: Connect) -> None:
    """Ours and others'; writing again replaces; all or nothing."""
    immich.permissions.add("asset.update")
    one, two = immich.upload(), immich.upload()
    one.notes["other"] = ({"x": 1}, 0.0)
    assets = connect(immich.url).assets
    await assets.note("tagwright", {one.id: {"tags": ["a"]}})
    await assets.note("tagwright", {one.id: {"tags": []}, two.id: {"tags": ["b"]}})
    assert await assets.notes(one.id) == {"other": {"x": 1}, "tagwright": {"tags": []}}
    assert await assets.notes(two.id) == {"tagwright": {"tags": ["b"]}}
    with pytest.raises(ImmichMissingError):
        await assets.note("tagwright", {two.id: {}, NOWHERE: {}})
    assert await assets.notes(two.id) == {"tagwright": {"tags": ["b"]}}


async def test_no_notes_in_old_versions(immich: ImmichServer, connect: Connect) -> None:
    """A server that does not know the call is told from an asset that is gone."""
    path = f"/api/assets/{NOWHERE}/metadata"
    immich.instead[path] = immich.error(404, f"Cannot GET {path}")
    with pytest.raises(ImmichTooOldError, match="may be too old"):
        await connect(immich.url).assets.notes(NOWHERE)


async def test_description(immich: ImmichServer, connect: Connect) -> None:
    """It is set."""
    immich.permissions.add("asset.update")
    asset = immich.upload()
    await connect(immich.url).assets.describe(asset.id, "Ein Hund, schön")
    assert asset.description == "Ein Hund, schön"


async def test_albums(immich: ImmichServer, connect: Connect) -> None:
    """Made, filled and emptied, each asset with what came of it."""
    immich.permissions.add("all")
    one, two = immich.upload().id, immich.upload().id
    albums = connect(immich.url).albums
    album = await albums.create("Dogs")
    assert [result.success for result in await albums.add(album.id, [one])] == [True]
    results = await albums.add(album.id, [one, two])
    assert [result.error for result in results] == ["duplicate", None]
    ((name, count),) = [(found.album_name, found.asset_count) for found in await albums.all()]
    assert (name, count) == ("Dogs", 2)
    results = await albums.remove(album.id, [one, one])
    assert [result.error for result in results] == [None, "not_found"]
    with pytest.raises(ImmichMissingError):
        await albums.add(NOWHERE, [one])
