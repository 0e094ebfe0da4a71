"""Tags of photo tools as labels of a taxonomy."""

from __future__ import annotations

import unicodedata

from tagwright.taxonomy import labels
from tagwright.taxonomy.labels import LONGEST, fault, host_fault, printable, tidy


def mended(name: str) -> str | None:
    """Return the label for a tag, as near to its name as labels may be; None if none is near."""
    return None if len(name) > LONGEST else labels.mended(name) or None


def reason(name: str) -> str:
    """Say why a tag's name cannot be its label."""
    found = fault(name) or host_fault(name) or fault(tidy(name))
    if found:
        return found[0]
    if unicodedata.normalize("NFC", name) != name:
        return "is written with decomposed characters, as macOS does"
    return "has spaces around it, or several in a row"


def shown(name: str) -> str:
    """Return a tag's name in quotes, telling apart what looks alike."""
    decomposed = unicodedata.normalize("NFC", name) != name
    return f"{printable(name, 60)!r}{' (decomposed)' if decomposed else ''}"


def shown_path(path: tuple[str, ...]) -> str:
    """Return a path of tags in quotes."""
    return repr(printable(" > ".join(path), 120))
