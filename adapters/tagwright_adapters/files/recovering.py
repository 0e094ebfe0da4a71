"""What the notes in a photo and its sidecar say of our writes, when the ledger is lost."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from tagwright.model import Extra, Tag
from tagwright.ports import Receipt, Recovered
from tagwright_adapters.files import reverting
from tagwright_adapters.files.changing import Change
from tagwright_adapters.files.journal import Entry, Gain, dump
from tagwright_adapters.files.names import to_reference
from tagwright_adapters.files.photo import Photo
from tagwright_adapters.files.snapshot import Snapshot
from tagwright_adapters.files.stamps import stamp
from tagwright_adapters.files.targets import FileOptions, targets
from tagwright_adapters.xmp import provenance
from tagwright_adapters.xmp.digikam import Path as TagPath
from tagwright_adapters.xmp.extras import SLOTS, Held, Swap, held
from tagwright_adapters.xmp.fields import EXIFTOOL_REJECTED


def recovered(photo: Photo) -> Recovered:
    """Return what was written by which run, as far as it stands there, and what was deleted.

    The file that programs read decides: the sidecar, if there is one. Blocks of before are not
    noted anywhere, so that only our own entries can be taken back, and nothing byte by byte.
    """
    shown = photo.sidecar or photo.own
    seen = set(shown.tag_paths(photo.own))
    tags = {note.tag.path: _known(note.tag) for note in shown.notes}
    standing = {path: tag for path, tag in tags.items() if path in seen}
    swaps = [
        Swap(slot.field, Held(), now)
        for slot in SLOTS
        if (now := held(shown.properties, slot)).is_ours
    ]
    newest = max(standing.values(), key=lambda tag: tag.at).run if standing else ""
    names = {tag.run for tag in standing.values()} | ({newest} if swaps else set())
    return Recovered(
        receipts={
            run: _receipt(
                photo,
                [tag for tag in standing.values() if tag.run == run],
                swaps if run == newest else (),
            )
            for run in sorted(names)
        },
        deleted=tuple(tag for path, tag in tags.items() if path not in seen),
        rejected=provenance.rejected(shown.properties),
    )


def noted(photo: Photo, concepts: Sequence[str], options: FileOptions) -> Iterator[Change]:
    """Yield what notes these concepts as rejected, in the files that are there."""
    wanted = tuple(sorted(concepts))
    for target in targets(photo, options):
        now = provenance.rejected(target.base.properties)
        if target.now is None or now == wanted:
            continue
        base = target.base
        change = reverting.rewritten(target, base.fields, base.notes)
        yield replace(change, replace={EXIFTOOL_REJECTED: wanted}, rejected=wanted)


def _known(tag: Tag) -> Tag:
    """Return a tag with a concept: some notes tell only the path."""
    return tag if tag.concept else replace(tag, concept="/".join(tag.path))


def _receipt(photo: Photo, tags: Sequence[Tag], swaps: Sequence[Swap]) -> Receipt:
    paths = {tag.path for tag in tags}
    entries = [_entry(None, photo.own, paths, swaps)]
    target = photo.path
    if photo.sidecar is not None and photo.sidecar_path is not None:
        name = to_reference(photo.sidecar_path.resolve().name)
        entries.append(_entry(name, photo.sidecar, paths, swaps))
        target = photo.sidecar_path
    size, modified = stamp(photo.path)
    return Receipt(
        written=tuple(tags),
        already=(),
        changes=(),
        target=to_reference(target),
        before=dump(entries),
        size=size,
        modified=modified,
        given=tuple(Extra(swap.field, swap.after.text or "") for swap in swaps),
    )


def _entry(
    sidecar: str | None, look: Snapshot, paths: Collection[TagPath], swaps: Sequence[Swap]
) -> Entry:
    notes = [note for note in look.notes if note.tag.path in paths]
    return Entry(
        sidecar=sidecar,
        created=False,
        before=None,
        after="unknown",
        gains=tuple(Gain(note.tag.path, note.tag.run, note.fields) for note in notes),
        swaps=tuple(swaps),
    )
