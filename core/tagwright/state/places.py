"""Assets by where they are."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from tagwright.state.schema import assets, folders


def is_under(reference: str) -> ColumnElement[bool]:
    """Whether an asset, joined with its folder, is this one or below this folder."""
    folder = reference.rstrip("/") + "/"
    within = folders.c.path.startswith(folder, autoescape=True)
    return within | (folders.c.path + assets.c.name == reference)
