"""Which tags of ours a person wrote too, as far as a file can tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from tagwright_adapters.files.photo import Photo
from tagwright_adapters.files.snapshot import Snapshot
from tagwright_adapters.xmp.digikam import Path as TagPath
from tagwright_adapters.xmp.digikam import by_pipe, by_tagslist, mirrored
from tagwright_adapters.xmp.provenance import Note


def claimed(photo: Photo) -> tuple[TagPath, ...]:
    """Return the tags with a note of ours that somebody else wrote as well.

    Somebody did if a tag stands twice in one field, which we never write; or if it stands in a
    field that we did not write and that does not just repeat all tags. Programs that fill several
    fields, digiKam above all, repeat every tag that is there when they save: a field lacks one of
    ours that is as old only where somebody typed into it.
    """
    shown = photo.sidecar or photo.own
    seen = set(shown.tag_paths(photo.own))
    notes = [note for note in shown.notes if note.tag.path in seen]
    if not notes:
        return ()
    found = set(_twice(shown))
    for field in _others(shown):
        found |= {note.tag.path for note in notes if _is_typed(note, notes, field)}
    return tuple(note.tag.path for note in notes if note.tag.path in found)


def _twice(shown: Snapshot) -> Iterator[TagPath]:
    for entries, decode in ((shown.fields.tagslist, by_tagslist), (shown.fields.lr, by_pipe)):
        counts = Counter(map(decode, entries))
        yield from (path for path, number in counts.items() if number > 1)


def _others(shown: Snapshot) -> Iterator[Collection[TagPath]]:
    """Yield what stands in the fields that we never write to."""
    for paths in mirrored(shown.properties):
        if paths:
            yield frozenset(paths)


def _is_typed(note: Note, notes: Collection[Note], field: Collection[TagPath]) -> bool:
    return note.tag.path in field and any(
        other.tag.path not in field and other.tag.at <= note.tag.at for other in notes
    )
