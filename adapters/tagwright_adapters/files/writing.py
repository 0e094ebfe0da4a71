"""Adding tags to a photo, to itself, its sidecar or both, and taking ours back."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from tagwright.errors import MetadataError
from tagwright.model import Extra, Tag
from tagwright.ports import NOTHING, Receipt, Withdrawal
from tagwright_adapters.files import extras as exchanging
from tagwright_adapters.files import reverting, withdrawing
from tagwright_adapters.files.blocks import Blocks
from tagwright_adapters.files.changing import Change, Prepared
from tagwright_adapters.files.journal import Entry, Gain, dump
from tagwright_adapters.files.names import to_reference
from tagwright_adapters.files.photo import Photo
from tagwright_adapters.files.snapshot import Snapshot
from tagwright_adapters.files.stamps import stamp
from tagwright_adapters.files.targets import FileOptions, Target, targets
from tagwright_adapters.xmp import plan, provenance
from tagwright_adapters.xmp.digikam import Path as TagPath
from tagwright_adapters.xmp.extras import Swap
from tagwright_adapters.xmp.fields import EXIFTOOL_NAMES, EXIFTOOL_PROVENANCE, Fields


@dataclass(frozen=True, slots=True)
class Plan:
    """What a write does to each file, and what it says of the tags."""

    changes: tuple[Change, ...]
    written: tuple[Tag, ...]
    already: tuple[Tag, ...]
    withdrawn: tuple[Tag, ...]
    resumed: tuple[Entry, ...]  # what stands from a write that was cut short
    warnings: tuple[str, ...]
    given: tuple[Extra, ...]
    taken: tuple[Extra, ...]


def work_out(
    photo: Photo,
    tags: Sequence[Tag],
    options: FileOptions,
    withdraw: Withdrawal = NOTHING,
    extras: Sequence[Extra] = (),
) -> Plan:
    """Return what adding ``tags``, setting ``extras`` and taking others of ours back does.

    Raises:
        MetadataError: a label would mean something else to a reader, or what is to go stands in a
            photo that must not be written.
    """
    _check(tags)
    changes: list[Change] = []
    resumed: list[Entry] = []
    ours: set[TagPath] = set()
    gone: set[TagPath] = set()
    warnings: list[str] = []
    chosen = targets(photo, options)
    leaving = withdrawing.Leaving.of(withdraw)
    other = exchanging.work_out(photo, chosen, extras, withdraw)
    lacking = {tag for one in chosen for tag in plan.split(tags, leaving.seen(one))[0]}
    for target in chosen:
        new, there = plan.split(tags, leaving.seen(target))
        gains = leaving.gains(target)
        swaps = other.swaps.pop(target.file, ())
        if gains or new or swaps:
            change, said = _change(target, new, gains)
            changes.append(_swapped(change, swaps))
            warnings += said
        ours |= {tag.path for tag in new}
        gone |= {gain.path for gain in gains}
        mine, begun = _begun(target, there, lacking), other.resumed.get(target.file, ())
        if mine or begun:
            resumed.append(_entry(target, mine, before=None, after=target.base, swaps=begun))
            ours |= {note.tag.path for note in mine}
    further = {target.file: target for target in leaving.elsewhere(photo, chosen)}
    for file, target in (other.elsewhere | further).items():
        change, _ = _change(target, (), leaving.gains(target))
        changes.append(_swapped(change, other.swaps.pop(file, ())))
        gone |= {gain.path for gain in leaving.gains(target)}
    written, already = plan.split(tags, tuple({tag.path for tag in tags} - ours))
    return Plan(
        changes=tuple(changes),
        written=written,
        already=already,
        withdrawn=tuple(tag for tag in withdraw.tags if tag.path in gone),
        resumed=tuple(resumed),
        warnings=tuple(dict.fromkeys((*warnings, *other.warnings))),
        given=tuple(other.given),
        taken=tuple(other.taken),
    )


def receipt(planned: Plan, prepared: Sequence[Prepared], photo: Photo) -> Receipt:
    """Return the receipt of a plan; nothing is ``prepared`` for a dry run."""
    entries = [
        _entry(
            one.change.target,
            _new_notes(one.change),
            before=_before(one.change),
            after=one.after,
            losses=one.change.lost,
            swaps=one.change.swaps,
        )
        for one in prepared
    ]
    size, modified = stamp(photo.path, {one.change.target.file: one.temporary for one in prepared})
    first = planned.changes[0].target if planned.changes else None
    return Receipt(
        written=planned.written,
        already=planned.already,
        changes=tuple(field for change in planned.changes for field in change.shown()),
        target=_reference(first) if first else "",
        before=dump((*planned.resumed, *entries)) if planned.resumed or entries else b"",
        size=size,
        modified=modified,
        withdrawn=planned.withdrawn,
        warnings=planned.warnings,
        given=planned.given,
        taken=planned.taken,
    )


def _reference(target: Target) -> str:
    return to_reference(target.file if target.is_sidecar else target.photo.path)


def _check(tags: Sequence[Tag]) -> None:
    for tag in tags:
        if not tag.path or not all(plan.is_writable(label) for label in tag.path):
            cure = "Rename the concept: no slash, bar, control character or space at an end."
            raise MetadataError(f"the label {'/'.join(tag.path)!r} cannot be written.", cure=cure)


def _change(
    target: Target, new: Sequence[Tag], gone: Sequence[Gain]
) -> tuple[Change, tuple[str, ...]]:
    base = target.base
    iptc = None if target.is_sidecar else base.iptc
    now = base.fields if iptc else Fields(base.fields.tagslist, base.fields.lr, base.fields.dc)
    if gone:
        return withdrawing.exchange(target, now, new, gone)
    gains = plan.add(now, target.seen, [tag.path for tag in new], iptc)
    notes = [provenance.Note(tag, plan.gained_by(tag.path, gains)) for tag in new]
    add: dict[str, Sequence[str] | Sequence[dict[str, str]]] = {
        exiftool: gains[name] for name, exiftool in EXIFTOOL_NAMES.items() if gains[name]
    }
    if notes:
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


def _swapped(change: Change, swaps: Sequence[Swap]) -> Change:
    if change.add and swaps:  # exiftool takes additions or replacements, not both at once
        change = reverting.rewritten(change.target, change.fields, change.notes)
    return exchanging.changed(change, swaps)


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


def _new_notes(change: Change) -> tuple[provenance.Note, ...]:
    return tuple(note for note in change.notes if note not in change.target.base.notes)


def _before(change: Change) -> Blocks | None:
    """Return what can be put back byte for byte; exiftool cannot split extended XMP as it was."""
    blocks = change.target.now.blocks if change.target.now else None
    return blocks if blocks and len(blocks.xmp) <= 1 else None


def _entry(
    target: Target,
    notes: Sequence[provenance.Note],
    *,
    before: Blocks | None,
    after: Snapshot,
    losses: tuple[provenance.Note, ...] = (),
    swaps: Sequence[Swap] = (),
) -> Entry:
    return Entry(
        sidecar=to_reference(target.file.name) if target.is_sidecar else None,
        created=target.now is None,
        before=before,
        after=after.blocks.fingerprint(),
        gains=tuple(Gain(note.tag.path, note.tag.run, note.fields) for note in notes),
        losses=losses,
        swaps=tuple(swaps),
    )
