"""Where photos are, as people name it on the command line."""

from __future__ import annotations

import re
from pathlib import Path

from tagwright.configuration.immich import LIBRARY
from tagwright_adapters.files.names import resolved, resolved_file, to_reference

_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_ASSET = re.compile(rf"(?:https?:/.*/photos/)?({_UUID})(?:[?#/].*)?", re.IGNORECASE)


def place(path: Path, *, follow: bool = True) -> str:
    """Return what the state calls a photo, a folder or a whole account.

    Args:
        path: Of a file or folder; or an account as in ``immich:alice``, or a photo of Immich by
            its identifier or by the address that a browser shows. What is there as a file goes
            first.
        follow: Whether a link stands for what it leads to.
    """
    named = _in_immich(path)
    return to_reference(_full(path, follow=follow)) if named is None else named


def given(path: Path) -> str:
    """Return the same as text that another program can be given: files by their full path."""
    return _in_immich(path) or str(_full(path))


def _full(path: Path, *, follow: bool = True) -> Path:
    path = path.expanduser().absolute()
    return resolved(path) if follow else resolved_file(path)


def _in_immich(path: Path) -> str | None:
    text = str(path)
    if text.startswith(LIBRARY):
        return None if path.exists() else text
    found = _ASSET.fullmatch(text)
    return None if found is None or path.exists() else found[1].lower()
