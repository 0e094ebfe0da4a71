"""What a receipt keeps so that a write can be taken back exactly: its ``before``, as bytes."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import Any

from tagwright.errors import MetadataError
from tagwright.model import ExtraField, Tag
from tagwright_adapters.files.blocks import Blocks
from tagwright_adapters.xmp.digikam import Path as TagPath
from tagwright_adapters.xmp.extras import Held, Swap
from tagwright_adapters.xmp.provenance import Note

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Gain:
    """A tag of ours and the fields in which it was a new entry."""

    path: TagPath
    run: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What one write did to one file."""

    sidecar: str | None  # its name as a reference; None: the photo itself
    created: bool  # whether we made the sidecar
    before: Blocks | None  # None: not kept or nothing to keep, so only subtraction is possible
    after: str  # fingerprint of the blocks as written
    gains: tuple[Gain, ...]
    losses: tuple[Note, ...] = ()  # our notes on tags that the write took away
    swaps: tuple[Swap, ...] = ()  # of caption and rating


def dump(entries: Iterable[Entry]) -> bytes:
    """Return entries in compact form."""
    rows = [
        {
            "sidecar": entry.sidecar,
            "created": entry.created,
            "before": None if entry.before is None else _blocks_out(entry.before),
            "after": entry.after,
            "gains": [[gain.path, gain.run, gain.fields] for gain in entry.gains],
            "swaps": [astuple(swap) for swap in entry.swaps],
            "losses": [[*astuple(note.tag), note.fields] for note in entry.losses],
        }
        for entry in entries
    ]
    return zlib.compress(json.dumps({"version": _VERSION, "files": rows}).encode())


def load(data: bytes) -> tuple[Entry, ...]:
    """Return entries from what :func:`dump` made.

    Raises:
        MetadataError: it was not made by this version or an earlier one.
    """
    if not data:
        return ()
    try:
        content = json.loads(zlib.decompress(data))
        rows = content["files"] if content["version"] == _VERSION else [None]
        return tuple(map(_entry_in, rows))
    except (ValueError, KeyError, TypeError, zlib.error) as exc:
        cure = "Undo with the version of Tagwright that wrote it."
        raise MetadataError("the record of what was written is unreadable.", cure=cure) from exc


def _entry_in(row: dict[str, Any]) -> Entry:
    return Entry(
        sidecar=row["sidecar"],
        created=row["created"],
        before=None if row["before"] is None else _blocks_in(row["before"]),
        after=row["after"],
        gains=tuple(Gain(tuple(path), run, tuple(names)) for path, run, names in row["gains"]),
        losses=tuple(map(_note_in, row.get("losses", ()))),
        swaps=tuple(
            Swap(ExtraField(name), Held(*before), Held(*after))
            for name, before, after in row.get("swaps", ())
        ),
    )


def _note_in(row: list[Any]) -> Note:
    concept, path, *others, names = row
    return Note(Tag(concept, tuple(path), *others), tuple(names))


def _blocks_in(row: dict[str, Any]) -> Blocks:
    return Blocks(
        xmp=tuple(base64.b64decode(packet) for packet in row["xmp"]),
        iptc=None if row["iptc"] is None else base64.b64decode(row["iptc"]),
        digest=row["digest"],
    )


def _blocks_out(blocks: Blocks) -> dict[str, object]:
    return {
        "xmp": [base64.b64encode(block).decode() for block in blocks.xmp],
        "iptc": None if blocks.iptc is None else base64.b64encode(blocks.iptc).decode(),
        "digest": blocks.digest,
    }
