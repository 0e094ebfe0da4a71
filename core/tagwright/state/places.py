"""Assets by where they are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select

from tagwright.model import AssetRef
from tagwright.state.schema import assets, folders, visits

_NAME = select(visits.c.facts["name"].as_string()).where(visits.c.asset_id == assets.c.id)
PLACE = (
    folders.c.library,
    folders.c.path,
    assets.c.name,
    _NAME.correlate(assets).scalar_subquery().label("called"),
)
"""The columns of which :func:`to_ref` makes a reference."""


def to_ref(row: Any) -> AssetRef:
    """Return where an asset is, from a row with the columns of :data:`PLACE`."""
    return AssetRef(row.library, row.path + row.name, row.called or "")


def is_under(place: str) -> ColumnElement[bool]:
    """Whether an asset, joined with its folder, is this one, below this folder or in this library.

    Args:
        place: A reference of a folder or an asset, or the name of a library: "immich:alice".
    """
    folder = place.rstrip("/") + "/"
    within = folders.c.path.startswith(folder, autoescape=True)
    return within | (folders.c.path + assets.c.name == place) | (folders.c.library == place)
