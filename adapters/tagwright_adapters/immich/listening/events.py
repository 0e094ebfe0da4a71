"""Which assets an event is about. The versions differ in what they tell; an id is all we take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

# "on_upload_success", "on_asset_update", "AssetUploadReadyV2" … All others are about other things,
# whose ids look the same.
_ABOUT_ASSETS = ("on_upload_", "on_asset_", "Asset")
_OVER = ("on_asset_hidden", "on_asset_trash", "on_asset_delete")  # nothing comes of these any more


def assets_of(name: str, told: Sequence[Any]) -> list[str]:
    """Return the ids of the assets that an event of a name is about, with what came along."""
    if not name.startswith(_ABOUT_ASSETS) or name in _OVER or not told:
        return []
    several = told[0] if isinstance(told[0], list) else [told[0]]
    return [number for one in several if (number := _id(one))]


def _id(told: Any) -> str | None:
    """Return the id in an id, in an asset, or in something that holds an asset."""
    if isinstance(told, dict):
        inner = told.get("asset")
        told = (inner if isinstance(inner, dict) else told).get("id")
    try:
        return str(UUID(told)) if isinstance(told, str) else None
    except ValueError:
        return None
