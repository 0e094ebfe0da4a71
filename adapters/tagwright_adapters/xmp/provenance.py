"""What we note beside our tags, in a namespace of our own, so that a ledger can be rebuilt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tagwright.model import Tag
from tagwright_adapters.xmp.fields import PROVENANCE, REJECTED
from tagwright_adapters.xmp.packet import Items, Properties, texts

_NAMESPACE = "{http://ns.tagwright.org/1.0/}"
_NAMES = ("Concept", "Path", "Confidence", "Tagger", "Run", "Time", "Fields")


@dataclass(frozen=True, slots=True)
class Note:
    """One tag that we wrote."""

    tag: Tag
    fields: tuple[str, ...]  # short names of the fields that gained an entry


def read(properties: Properties) -> tuple[Note, ...]:
    """Return the notes of a photo or sidecar; what other hands made unreadable is left out."""
    value = properties.get(PROVENANCE)
    items = value.values if isinstance(value, Items) else ()
    return tuple(note for item in items if isinstance(item, dict) and (note := _note(item)))


def _note(item: Properties) -> Note | None:
    values = {name: item.get(f"{_NAMESPACE}{name}", "") for name in _NAMES}
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    if len(texts) != len(_NAMES) or not texts["Path"]:
        return None
    try:
        confidence = float(texts["Confidence"])
    except ValueError:
        return None
    tag = Tag(
        concept=texts["Concept"],
        path=tuple(texts["Path"].split("/")),
        confidence=confidence,
        tagger=texts["Tagger"],
        run=texts["Run"],
        at=texts["Time"],
    )
    return Note(tag, tuple(texts["Fields"].split()))


def rejected(properties: Properties) -> tuple[str, ...]:
    """Return the identifiers of the concepts that are noted as rejected."""
    return texts(properties, REJECTED)


def to_values(notes: Iterable[Note]) -> list[dict[str, str]]:
    """Return notes as exiftool takes them."""
    return [
        {name: text for name, text in zip(_NAMES, _texts(note), strict=True) if text}
        for note in notes
    ]


def _texts(note: Note) -> tuple[str, ...]:
    tag = note.tag
    return (
        tag.concept,
        "/".join(tag.path),
        f"{tag.confidence:.4g}",
        tag.tagger,
        tag.run,
        tag.at,
        " ".join(note.fields),
    )
