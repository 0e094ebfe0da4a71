"""File names as storable text, and back.

File names on POSIX are bytes. A reference is text that a database, JSON and a terminal can hold:
bytes that are not UTF-8, control characters and the percent sign are written ``%XX``.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

_UNSAFE = re.compile("[%\x00-\x1f\x7f\udc80-\udcff]")
_ESCAPED = re.compile(rb"%([0-9A-F]{2})")


def to_reference(path: str | os.PathLike[str]) -> str:
    """Return the reference of a path (text as the file system gives it, surrogates included)."""
    text = os.fspath(path)
    if is_plain(text):
        return text
    return _UNSAFE.sub(lambda match: "".join(f"%{b:02X}" for b in os.fsencode(match[0])), text)


def is_plain(text: str) -> bool:
    """Say whether a name is its own reference."""
    return text.isascii() and text.isprintable() and "%" not in text


def resolved(path: Path) -> Path:
    """Return the one path of a folder or file: without links, and spelled as its disk has it.

    Some disks take ``photos`` for ``Photos``. What is not there stays as it is spelled.
    """
    return _spelled(path.resolve())


def resolved_file(path: Path) -> Path:
    """Return the one path of a photo, which keeps its own name where that is a link."""
    return _spelled(path.parent.resolve() / path.name)


def to_path(reference: str) -> Path:
    """Return the path that a reference stands for."""
    if "%" not in reference:
        return Path(reference)
    raw = _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), reference.encode())
    return Path(os.fsdecode(raw))


def _spelled(path: Path) -> Path:
    spelled = Path(path.anchor)
    for name in path.parts[1:]:
        spelled /= _name_in(spelled, name)
    return spelled


def _name_in(folder: Path, name: str) -> str:
    other = name.swapcase()
    if other == name or not os.path.lexists(folder / other):
        return name
    try:
        names = os.listdir(folder)
    except OSError:
        return name
    alike = (one for one in names if one.casefold() == name.casefold())
    return name if name in names else next(alike, name)
