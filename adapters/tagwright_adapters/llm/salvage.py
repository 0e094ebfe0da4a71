"""JSON out of what models write around it, and what is left of it when it was cut off."""

from __future__ import annotations

import json

from pydantic_core import from_json

_NUMERIC = "0123456789.eE+-"
_TRIES = 8  # opening braces looked at; prose before the answer may hold some


def find_object(text: str, keys: frozenset[str]) -> dict[str, object] | None:
    """Return the first JSON object in a text that has one of ``keys``, or None.

    Code fences and prose around it do not matter. Of an object that is cut off, the part that is
    complete is returned.
    """
    start = text.find("{")
    for _ in range(_TRIES):
        if start < 0:
            return None
        found = _whole(text, start) or _cut_off(text[start:])
        if isinstance(found, dict) and keys & found.keys():
            return found
        start = text.find("{", start + 1)
    return None


def _whole(text: str, start: int) -> object:
    try:
        return json.JSONDecoder().raw_decode(text, start)[0]
    except (ValueError, RecursionError):
        return None


def _cut_off(text: str) -> object:
    # A number at the very end may have had more digits: 0.9 of 0.97, or 0 of 0.97.
    try:
        return from_json(text.rstrip(_NUMERIC), allow_partial=True)
    except ValueError:
        return None
