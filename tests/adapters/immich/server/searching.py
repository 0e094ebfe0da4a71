"""``POST /search/metadata``: what matches, in pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.adapters.immich.server.account import Account
from tests.adapters.immich.server.assets import Asset
from tests.adapters.immich.server.clock import seconds
from tests.adapters.immich.server.library import Library

_SIZE = 250  # where none is asked for


def _tagged(library: Library, asset: Asset, wanted: list[str] | None) -> bool:
    if wanted is None:
        return not asset.tags
    tags = library.tags_of(asset)
    return all(one in tags and asset.tags & tags.under(one) for one in wanted)


Test = Callable[[Library, Asset, Any], bool]
_TESTS: dict[str, Test] = {
    "id": lambda _, asset, value: asset.id == value,
    "type": lambda _, asset, value: asset.kind == value,
    "isFavorite": lambda _, asset, value: asset.favourite == value,
    "visibility": lambda _, asset, value: asset.visibility == value,
    "libraryId": lambda _, asset, value: _library_of(asset) == value,
    "originalFileName": lambda _, asset, value: value.lower() in asset.name.lower(),
    "createdAfter": lambda _, asset, value: asset.created >= seconds(value),
    "createdBefore": lambda _, asset, value: asset.created <= seconds(value),
    "updatedAfter": lambda _, asset, value: asset.updated >= seconds(value),
    "updatedBefore": lambda _, asset, value: asset.updated <= seconds(value),
    "takenAfter": lambda _, asset, value: seconds(asset.taken) >= seconds(value),
    "takenBefore": lambda _, asset, value: seconds(asset.taken) <= seconds(value),
    "trashedAfter": lambda _, asset, value: (asset.trashed or -1.0) >= seconds(value),
    "personIds": lambda _, asset, value: set(value) <= {one.id for one in asset.people},
    "albumIds": lambda library, asset, value: set(value) <= _albums_of(library, asset),
    "isNotInAlbum": lambda library, asset, value: value is not bool(_albums_of(library, asset)),
    "tagIds": _tagged,
}
_SHAPE = {"page", "size", "order", "withExif", "withPeople", "withStacked", "withDeleted"}


def search(library: Library, by: Account, asked: dict[str, Any]) -> dict[str, Any]:
    """Return one page of what somebody owns and asks for.

    Raises:
        AssertionError: it is asked for by something that this server does not know to do.
    """
    unknown = set(asked) - set(_TESTS) - _SHAPE
    assert not unknown, f"this server cannot search by {sorted(unknown)}"
    found = _matching(library, by, asked)
    _sort(library, found, newest_first=asked.get("order", "desc") == "desc")
    page, size = int(asked.get("page", 1)), int(asked.get("size", _SIZE))
    items = [_shown(library, one, asked) for one in found[(page - 1) * size : page * size]]
    more = str(page + 1) if len(found) > page * size else None
    return {
        "albums": _counted([]),
        "assets": _counted(items) | {"nextPage": more},
    }


def count(library: Library, by: Account, asked: dict[str, Any]) -> dict[str, Any]:
    """Return how many match in all.

    Raises:
        AssertionError: as in :func:`search`.
    """
    unknown = set(asked) - set(_TESTS)
    assert not unknown, f"this server cannot count by {sorted(unknown)}"
    return {"total": len(_matching(library, by, asked))}


def _matching(library: Library, by: Account, asked: dict[str, Any]) -> list[Asset]:
    tests = [(_TESTS[name], value) for name, value in asked.items() if name in _TESTS]
    everywhere = ("timeline",) if library.view.old else ("timeline", "archive", "hidden")
    shown = everywhere if "visibility" not in asked else (asked["visibility"],)
    trashed = bool({"withDeleted", "trashedAfter"} & set(asked))
    return [
        asset
        for asset in library.assets.values()
        if asset.owner in (by.id, *by.partners)
        and asset.visibility in shown
        and (trashed or asset.trashed is None)
        and all(test(library, asset, value) for test, value in tests)
    ]


def _sort(library: Library, found: list[Asset], *, newest_first: bool) -> None:
    """Sort by the time of the photo; before 3.1, equals come in any order, at each page anew."""
    if library.view.old:
        library.clock.random.shuffle(found)
    else:
        found.sort(key=lambda asset: asset.id)
    found.sort(key=lambda asset: asset.taken, reverse=newest_first)


def _shown(library: Library, asset: Asset, asked: dict[str, Any]) -> dict[str, Any]:
    shown = library.view.short(asset)
    if asked.get("withExif"):
        shown["exifInfo"] = library.view.exif(asset)
    if asked.get("withPeople"):
        shown["people"] = library.view.full(asset, library.tags_of(asset))["people"]
    return shown | (library.view.stack(asset) if asked.get("withStacked") else {})


def _counted(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Count the page, not the matches, as Immich does."""
    return {"total": len(items), "count": len(items), "items": items, "facets": []}


def _library_of(asset: Asset) -> str | None:
    return asset.external.id if asset.external else None


def _albums_of(library: Library, asset: Asset) -> set[str]:
    return {album.id for album in library.albums.values() if asset.id in album.assets}
