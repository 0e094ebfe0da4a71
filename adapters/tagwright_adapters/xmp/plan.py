"""Which entries each keyword field gains so that every reader sees a person's tags and ours.

Pure. Existing entries keep their bytes and their order; new ones are appended. The tags that
digiKam sees now go into every field together with ours, because the field that we fill may be the
one that hides theirs. A tag counts as there if its path stands in the field that digiKam reads; a
flat keyword equal to a leaf label is not written a second time into the flat fields, but does not
stand for the path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tagwright.model import Tag
from tagwright_adapters.xmp.digikam import INTERNAL, ROOT, Path, by_pipe, by_slash, by_tagslist
from tagwright_adapters.xmp.fields import Fields
from tagwright_adapters.xmp.iptc import Iptc

_NO_LABEL = re.compile("[/|\x00-\x1f\x7f-\x9f]")
_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Additions:
    """What each field gains, in order."""

    tagslist: tuple[str, ...] = ()
    lr: tuple[str, ...] = ()
    dc: tuple[str, ...] = ()
    iptc: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> tuple[str, ...]:
        entries: tuple[str, ...] = getattr(self, name)
        return entries


def is_writable(label: str) -> bool:
    """Whether a label of ours means the same in every field and to every reader."""
    return (
        is_xml(label)
        and label == label.strip()
        and label not in ("", INTERNAL, ROOT)
        and _NO_LABEL.search(label) is None
    )


def is_xml(text: str) -> bool:
    """Whether XML can hold a text as it is."""
    return _NO_XML.search(text) is None


def add(now: Fields, seen: Sequence[Path], new: Sequence[Path], iptc: Iptc | None) -> Additions:
    """Return what to append.

    Args:
        now: The fields as they are.
        seen: What digiKam reads now, :func:`~tagwright_adapters.xmp.digikam.tag_paths`.
        new: Our paths; none of them in ``seen``.
        iptc: The photo's IPTC, if it has any.
    """
    if not new:
        return Additions()
    union = [*(path for path in seen if is_xml("".join(path))), *new]
    hidden = [path for path in seen if not is_xml("".join(path))]
    fits = [path for path in union if iptc and iptc.holds(path[-1])]
    unfit = [path for path in new if iptc and not iptc.holds(path[-1])]
    return Additions(
        tagslist=_missing_paths(union, now.tagslist, by_tagslist, "/"),
        lr=_missing_paths([p for p in union if "|" not in "".join(p)], now.lr, by_pipe, "|"),
        dc=_missing_leaves(union, now.dc),
        iptc=_missing_leaves(fits, now.iptc or ()),
        warnings=(
            *(f"{'/'.join(path)!r} stays in IPTC only: XMP cannot hold it." for path in hidden),
            *(f"{path[-1]!r} is left out of IPTC, which cannot hold it." for path in unfit),
        ),
    )


def gained_by(path: Path, additions: Additions) -> tuple[str, ...]:
    """Return the short names of the fields in which a tag of ours is a new entry."""
    entries = {"tagslist": "/".join(path), "lr": "|".join(path), "dc": path[-1], "iptc": path[-1]}
    return tuple(name for name, entry in entries.items() if entry in additions[name])


def split(tags: Iterable[Tag], seen: Sequence[Path]) -> tuple[tuple[Tag, ...], tuple[Tag, ...]]:
    """Return the tags that are new and those that stand there already, each path once."""
    there = set(seen)
    unique = {tag.path: tag for tag in tags}
    return (
        tuple(tag for path, tag in unique.items() if path not in there),
        tuple(tag for path, tag in unique.items() if path in there),
    )


def _missing_paths(
    union: Iterable[Path], entries: Iterable[str], decode: Callable[[str], Path], separator: str
) -> tuple[str, ...]:
    known = {decode(entry) for entry in entries}
    return tuple(separator.join(path) for path in union if path not in known)


def _missing_leaves(union: Iterable[Path], entries: Iterable[str]) -> tuple[str, ...]:
    """Take a flat entry for its text, for digiKam's spelling of it and for the path it reads."""
    known: set[str | Path] = set()
    for entry in entries:
        known |= {entry, entry.replace("/", "\\"), by_slash(entry)}
    gained: list[str] = []
    for path in union:
        if path not in known and path[-1] not in known:
            gained.append(path[-1])
            known.add(path[-1])
    return tuple(gained)
