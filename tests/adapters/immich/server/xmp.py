"""Keywords in a file and in its sidecar, and which of them Immich takes."""

from __future__ import annotations

from dataclasses import dataclass

_SOURCES = ("tags_list", "hierarchical_subject", "keywords")  # the first that is there wins


@dataclass(frozen=True)
class Xmp:
    """What the metadata of a file, or a sidecar, says; None: nothing of that."""

    tags_list: tuple[str, ...] | None = None  # digiKam:TagsList, "a/b/c"
    hierarchical_subject: tuple[str, ...] | None = None  # lr:hierarchicalSubject, "a|b|c"
    keywords: tuple[str, ...] | None = None  # dc:subject
    description: str | None = None


NOTHING = Xmp()


def tag_values(sidecar: Xmp | None, embedded: Xmp) -> tuple[str, ...]:
    """Return the tags that Immich reads; each property of the sidecar goes before the file's."""
    for source in _SOURCES:
        for xmp in (sidecar, embedded):
            values: tuple[str, ...] | None = getattr(xmp, source, None)
            if values is not None:
                return tuple(value.replace("|", "/") for value in values)
    return ()
