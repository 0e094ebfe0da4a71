"""Adding tags to a photo: to itself, its sidecar or both."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from tagwright.errors import MetadataError
from tagwright.model import Tag
from tagwright.ports import Receipt
from tagwright_adapters.files.blocks import Blocks
from tagwright_adapters.files.changing import Change, Prepared
from tagwright_adapters.files.journal import Entry, Gain, dump
from tagwright_adapters.files.names import to_reference
from tagwright_adapters.files.photo import Photo
from tagwright_adapters.files.snapshot import Snapshot
from tagwright_adapters.files.targets import FileOptions, Target, targets
from tagwright_adapters.xmp import plan, provenance
from tagwright_adapters.xmp.fields import EXIFTOOL_NAMES, EXIFTOOL_PROVENANCE, Fields


@dataclass(frozen=True, slots=True)
class Plan:
    """What a write does to each file, and what it says of the tags."""

    changes: tuple[Change, ...]
    written: tuple[Tag, ...]
    already: tuple[Tag, ...]
    resumed: tuple[Entry, ...]  # what stands from a write that was cut short
    warnings: tuple[str, ...]


def work_out(photo: Photo, tags: Sequence[Tag], options: FileOptions) -> Plan:
    """Return what adding ``tags`` does.

    Raises:
        MetadataError: a label would mean something else to a reader.
    """
    _check(tags)
    changes: list[Change] = []
    resumed: list[Entry] = []
    ours: set[tuple[str, ...]] = set()
    warnings: list[str] = []
    chosen = targets(photo, options)
    lacking = {tag for target in chosen for tag in plan.split(tags, target.seen)[0]}
    for target in chosen:
        new, there = plan.split(tags, target.seen)
        if new:
            change, said = _change(target, new)
            changes.append(change)
            warnings += said
        ours |= {tag.path for tag in new}
        if mine := _begun(target, there, lacking):
            resumed.append(_entry(target, mine, before=None, after=target.base))
            ours |= {note.tag.path for note in mine}
    written, already = plan.split(tags, tuple({tag.path for tag in tags} - ours))
    return Plan(tuple(changes), written, already, tuple(resumed), tuple(dict.fromkeys(warnings)))


def receipt(planned: Plan, prepared: Sequence[Prepared], photo: Photo) -> Receipt:
    """Return the receipt of a plan; nothing is ``prepared`` for a dry run."""
    entries = [
        _entry(
            one.change.target,
            one.change.notes[-_new(one.change) :],
            before=_before(one.change),
            after=one.after,
        )
        for one in prepared
    ]
    in_photo = [one.temporary for one in prepared if not one.change.target.is_sidecar]
    known = (in_photo or [photo.path])[0].stat()
    first = planned.changes[0].target if planned.changes else None
    return Receipt(
        written=planned.written,
        already=planned.already,
        changes=tuple(field for change in planned.changes for field in change.shown()),
        target=_reference(first) if first else "",
        before=dump((*planned.resumed, *entries)) if planned.resumed or entries else b"",
        size=known.st_size,
        modified=known.st_mtime_ns,
        warnings=planned.warnings,
    )


def _reference(target: Target) -> str:
    return to_reference(target.file if target.is_sidecar else target.photo.path)


def _check(tags: Sequence[Tag]) -> None:
    for tag in tags:
        if not tag.path or not all(plan.is_writable(label) for label in tag.path):
            cure = "Rename the concept: no slash, bar, control character or space at an end."
            raise MetadataError(f"the label {'/'.join(tag.path)!r} cannot be written.", cure=cure)


def _change(target: Target, new: Sequence[Tag]) -> tuple[Change, tuple[str, ...]]:
    base = target.base
    iptc = None if target.is_sidecar else base.iptc
    now = base.fields if iptc else Fields(base.fields.tagslist, base.fields.lr, base.fields.dc)
    gains = plan.add(now, target.seen, [tag.path for tag in new], iptc)
    notes = [provenance.Note(tag, plan.gained_by(tag.path, gains)) for tag in new]
    add: dict[str, Sequence[str] | Sequence[dict[str, str]]] = {
        exiftool: gains[name] for name, exiftool in EXIFTOOL_NAMES.items() if gains[name]
    }
    add[EXIFTOOL_PROVENANCE] = provenance.to_values(notes)
    change = Change(
        target=target,
        fields=Fields(
            tagslist=now.tagslist + gains.tagslist,
            lr=now.lr + gains.lr,
            dc=now.dc + gains.dc,
            iptc=None if now.iptc is None else now.iptc + gains.iptc,
        ),
        notes=(*base.notes, *notes),
        add=add,
        replace={},
        blocks={},
        settings=("IPTCDigest=new",) if gains.iptc and base.blocks.in_step else (),
    )
    return change, (*gains.warnings, *_about_links(target))


def _about_links(target: Target) -> tuple[str, ...]:
    if target.now is None or (count := target.file.stat().st_nlink) < 2:
        return ()
    return (f"it has {count} names (hard links); the others keep the picture without tags.",)


def _begun(target: Target, tags: Sequence[Tag], lacking: Set[Tag]) -> tuple[provenance.Note, ...]:
    """Return notes of a write that was cut short, so that the receipt covers all of it.

    Either this very run did it and was killed before it could say so; or any run did it to the
    photo and did not get to the sidecar, without which the tag does not count as written.
    """
    own = {(tag.path, tag.concept, tag.run) for tag in tags if tag.run}
    halves = {(tag.path, tag.concept) for tag in tags if tag in lacking}
    return tuple(
        note
        for note in target.base.notes
        if target.now
        and (
            (note.tag.path, note.tag.concept, note.tag.run) in own
            or (note.tag.path, note.tag.concept) in halves
        )
    )


def _new(change: Change) -> int:
    return len(change.notes) - len(change.target.base.notes)


def _before(change: Change) -> Blocks | None:
    """Return what can be put back byte for byte; exiftool cannot split extended XMP as it was."""
    blocks = change.target.now.blocks if change.target.now else None
    return blocks if blocks and len(blocks.xmp) <= 1 else None


def _entry(
    target: Target, notes: Sequence[provenance.Note], *, before: Blocks | None, after: Snapshot
) -> Entry:
    return Entry(
        sidecar=to_reference(target.file.name) if target.is_sidecar else None,
        created=target.now is None,
        before=before,
        after=after.blocks.fingerprint(),
        gains=tuple(Gain(note.tag.path, note.tag.run, note.fields) for note in notes),
    )
