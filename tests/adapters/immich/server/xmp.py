"""Keywords in a file and in its sidecar, and which of them Immich takes."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"-?(\d|[1-9]\d{1,14})(\.\d{1,16})?")
_SOURCES = ("tags_list", "hierarchical_subject", "keywords")  # the first that is there wins


@dataclass(frozen=True)
class Xmp:
    """What the metadata of a file, or a sidecar, says; None: nothing of that."""

    tags_list: tuple[str, ...] | None = None  # digiKam:TagsList, "a/b/c"
    hierarchical_subject: tuple[str, ...] | None = None  # lr:hierarchicalSubject, "a|b|c"
    keywords: tuple[str, ...] | None = None  # dc:subject
    description: str | None = None


NOTHING = Xmp()


def _read(value: str) -> str:
    """Return a keyword as it comes back: what looks like a number is taken for one."""
    if not _NUMBER.fullmatch(value):
        return value
    number = float(value)
    return str(int(number)) if number.is_integer() else repr(number)


def tag_values(sidecar: Xmp | None, embedded: Xmp) -> tuple[str, ...]:
    """Return the tags that Immich reads; each property of the sidecar goes before the file's."""
    for source in _SOURCES:
        for xmp in (sidecar, embedded):
            values: tuple[str, ...] | None = getattr(xmp, source, None)
            if values is None:
                continue
            if source == "hierarchical_subject":
                swapped = str.maketrans("|/", "/|")  # a slash in a name becomes a bar
                values = tuple(value.translate(swapped) for value in values)
            return tuple(_read(value) for value in values)
    return ()
