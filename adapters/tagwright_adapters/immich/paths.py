"""Identifiers in paths."""

from __future__ import annotations

from urllib.parse import quote


def segment(identifier: str) -> str:
    """Return an identifier as one step of a path, whatever is in it: some come from outside."""
    return quote(identifier, safe="").replace(".", "%2E")
