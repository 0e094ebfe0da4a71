"""Photos and videos, and how answers show them."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from PIL import Image
from tests.adapters.immich.server.clock import Clock
from tests.adapters.immich.server.tags import Tags
from tests.adapters.immich.server.xmp import NOTHING, Xmp

_EXIF = (
    "make",
    "model",
    "orientation",
    "timeZone",
    "lensModel",
    "fNumber",
    "focalLength",
    "iso",
    "exposureTime",
    "latitude",
    "longitude",
    "city",
    "state",
    "country",
    "projectionType",
    "rating",
)
_SYNCED = (
    "id",
    "ownerId",
    "originalFileName",
    "thumbhash",
    "checksum",
    "fileCreatedAt",
    "fileModifiedAt",
    "localDateTime",
    "type",
    "isFavorite",
    "visibility",
    "livePhotoVideoId",
    "libraryId",
    "width",
    "height",
    "isEdited",
)


@dataclass
class External:
    """An external library; a read-only one takes no sidecars."""

    id: str
    read_only: bool = True


@dataclass(frozen=True)
class Person:
    """Somebody whose face is known."""

    id: str
    name: str


@dataclass
class Stack:
    """Assets shown as one."""

    id: str
    primary: str
    size: int


class Happened(NamedTuple):
    """What came of the tags of an asset."""

    at: float  # s
    what: str
    came: tuple[str, ...] = ()
    went: tuple[str, ...] = ()


@dataclass
class Asset:
    """One photo or video."""

    id: str
    owner: str
    name: str
    created: float  # s, when it was uploaded
    taken: str = "2021-02-03T04:05:06.000Z"
    kind: str = "IMAGE"
    embedded: Xmp = NOTHING
    sidecar: Xmp | None = None
    external: External | None = None
    visibility: str = "timeline"
    favourite: bool = False
    trashed: float | None = None
    corrupt: bool = False  # no thumbnail for ever
    cropped: bool = False  # by its owner, in Immich
    stack: Stack | None = None
    motion: str | None = None  # the identifier of a live photo's video
    people: tuple[Person, ...] = ()
    exif: dict[str, Any] = field(default_factory=dict)
    description: str = ""
    thumbhash: str | None = None
    read: bool = False  # whether its metadata were read once
    tags: set[str] = field(default_factory=set)  # identifiers
    notes: dict[str, tuple[dict[str, Any], float]] = field(default_factory=dict)  # key-value
    updated: float = 0.0
    history: list[Happened] = field(default_factory=list)  # of its tags


def preview(asset: Asset, form: str, *, edited: bool = False) -> bytes:
    """Return its preview as JPEG or WebP, each asset's of its own colour."""
    width = 144 if edited and asset.cropped else 288
    return _picture(int(asset.id[:6], 16), form, width)


@cache
def _picture(colour: int, form: str, width: int) -> bytes:
    made = io.BytesIO()
    parts = (colour >> 16, colour >> 8 & 255, colour & 255)
    Image.new("RGB", (width, 216), parts).save(made, form)
    return made.getvalue()


def thumbhash(asset: Asset) -> str:
    """Return something that looks like a thumbhash."""
    return base64.b64encode(bytes.fromhex(asset.id.replace("-", ""))).decode()


@dataclass(frozen=True)
class View:
    """Shows assets as one version does."""

    clock: Clock
    old: bool  # 2.x

    def short(self, asset: Asset) -> dict[str, Any]:
        """Return what every answer has; never the tags."""
        stamp = self.clock.stamp
        return {
            "id": asset.id,
            "createdAt": stamp(asset.created),
            "ownerId": asset.owner,
            "libraryId": asset.external.id if asset.external else None,
            "type": asset.kind,
            "originalPath": f"/data/upload/{asset.owner}/{asset.id[:2]}/{asset.name}",
            "originalFileName": asset.name,
            "originalMimeType": "video/mp4" if asset.kind == "VIDEO" else "image/jpeg",
            "thumbhash": asset.thumbhash,
            "fileCreatedAt": asset.taken,
            "fileModifiedAt": asset.taken,
            "localDateTime": asset.taken,
            "updatedAt": stamp(asset.updated),
            "isFavorite": asset.favourite,
            "isArchived": asset.visibility == "archive",
            "isTrashed": asset.trashed is not None,
            "visibility": asset.visibility,
            "livePhotoVideoId": asset.motion,
            "checksum": base64.b64encode(asset.id.encode()[:20]).decode(),
            "isOffline": False,
            "hasMetadata": True,
            "duplicateId": None,
            "resized": True,
            "width": 1600,
            "height": 1200,
            "isEdited": False,
        } | self._of_version(asset)

    def exif(self, asset: Asset) -> dict[str, Any]:
        """Return the part about the camera and the place."""
        known = dict.fromkeys(_EXIF) | {
            "exifImageWidth": 1600,
            "exifImageHeight": 1200,
            "fileSizeInByte": 567_316,
            "dateTimeOriginal": asset.taken,
            "modifyDate": asset.taken,
            "description": asset.description,
        }
        return known | asset.exif

    def full(self, asset: Asset, tags: Tags) -> dict[str, Any]:
        """Return everything, as ``GET /assets/{id}`` does; the tags are the leaves only."""
        shown = self.short(asset) | {"exifInfo": self.exif(asset)}
        shown["tags"] = [tag.shown(self.clock) for tag in tags.all() if tag.id in asset.tags]
        shown["people"] = [self.person(person) | self._faces for person in asset.people]
        return shown | self.stack(asset) | ({"unassignedFaces": []} if self.old else {})

    def stack(self, asset: Asset) -> dict[str, Any]:
        """Return what it is stacked with."""
        if asset.stack is None:
            return {"stack": None}
        stack = asset.stack
        named = {"id": stack.id, "primaryAssetId": stack.primary, "assetCount": stack.size}
        return {"stack": named}

    def person(self, person: Person) -> dict[str, Any]:
        """Return somebody."""
        shown = {"id": person.id, "name": person.name, "birthDate": None, "isHidden": False}
        return shown | {"thumbnailPath": ""}

    def event(self, asset: Asset) -> dict[str, Any]:
        """Return it as workflows are told."""
        left_out = ("exifInfo", "isArchived", "isTrashed", "resized", "hasMetadata")
        shown = {key: value for key, value in self.short(asset).items() if key not in left_out}
        return shown | {"deletedAt": None, "stackId": asset.stack.id if asset.stack else None}

    def upload_ready(self, asset: Asset) -> dict[str, Any]:
        """Return it as those at the websocket hear of an upload, in the words of synchronising."""
        short, exif = self.short(asset), self.exif(asset)
        shown = {key: short[key] for key in _SYNCED} | {"duration": None, "deletedAt": None}
        shown["stackId"] = asset.stack.id if asset.stack else None
        if not self.old:
            shown["createdAt"] = short["createdAt"]
        more = {"assetId": asset.id, "profileDescription": None, "fps": None}
        return {"asset": shown, "exif": exif | more}

    def _of_version(self, asset: Asset) -> dict[str, Any]:
        moving = asset.kind == "VIDEO"
        if not self.old:
            return {"duration": 4_200 if moving else None}
        length = "0:00:04.20000" if moving else "0:00:00.00000"
        return {"deviceAssetId": asset.name, "deviceId": "phone", "duration": length}

    @property
    def _faces(self) -> dict[str, Any]:
        return {"faces": []} if self.old else {}
