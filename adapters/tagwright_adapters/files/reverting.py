"""Taking writes back: exactly where nobody touched the metadata since, else tag by tag."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tagwright.model import Extra
from tagwright.ports import FieldChange, Receipt
from tagwright_adapters.files import extras, replacing
from tagwright_adapters.files.blocks import Blocks
from tagwright_adapters.files.changing import Change, Prepared, shown_swaps
from tagwright_adapters.files.journal import Entry, Gain, dump, load
from tagwright_adapters.files.names import to_path, to_reference
from tagwright_adapters.files.photo import Photo
from tagwright_adapters.files.stamps import stamp
from tagwright_adapters.files.targets import Target, real
from tagwright_adapters.xmp import packet, provenance
from tagwright_adapters.xmp.digikam import Path as TagPath
from tagwright_adapters.xmp.digikam import by_pipe, by_tagslist
from tagwright_adapters.xmp.extras import Swap
from tagwright_adapters.xmp.fields import EXIFTOOL_NAMES, EXIFTOOL_PROVENANCE, Fields
from tagwright_adapters.xmp.fields import read as read_fields
from tagwright_adapters.xmp.iptc import read as read_iptc


@dataclass(frozen=True, slots=True)
class Removal:
    """A sidecar that we made and that nobody changed: it goes."""

    target: Target

    def shown(self) -> tuple[FieldChange, ...]:
        """Return the fields that go with it."""
        fields = self.target.base.fields
        prefix = f"{to_reference(self.target.file.name)} "
        keywords = tuple(
            FieldChange(f"{prefix}{exiftool}", fields[name], ())
            for name, exiftool in EXIFTOOL_NAMES.items()
            if fields[name]
        )
        return (*keywords, *shown_swaps(self.swaps, prefix))

    @property
    def swaps(self) -> tuple[Swap, ...]:
        """The caption and rating that go with it."""
        return extras.between(self.target.base.properties, {})

    def commit(self) -> None:
        """Remove it.

        Raises:
            ChangedMeanwhileError: somebody has just changed it.
            OSError: the file system refuses.
        """
        assert self.target.now is not None
        replacing.remove(self.target.file, self.target.now.identity)

    def discard(self) -> None:
        """Do nothing: nothing lies ready."""


Step = Change | Removal
Ready = Prepared | Removal


def _replaced(one: Ready) -> tuple[Path, Path | None]:
    if isinstance(one, Removal):
        return one.target.file, None
    return one.change.target.file, one.temporary


def work_out(photo: Photo, entries: Sequence[Entry]) -> tuple[Step, ...]:
    """Return what undoing ``entries``, newest first, does to the photo and its sidecars."""
    steps = (_undone(target, entries) for target in written_targets(photo, entries))
    return tuple(step for step in steps if step is not None)


def still(photo: Photo, begun: Sequence[Receipt], steps: Sequence[Step]) -> tuple[Entry, ...]:
    """Return what reverts that were cut short have done to files that need no further step."""
    entries = [entry for one in begun for entry in load(one.before)]
    open_ones = {step.target.file for step in steps}
    done = {
        target.is_sidecar: target.now.blocks.fingerprint() if target.now else ""
        for target in written_targets(photo, entries)
        if target.file not in open_ones
    }
    return tuple(entry for entry in entries if done.get(entry.sidecar is not None) == entry.after)


def receipt(
    photo: Photo,
    receipts: Sequence[Receipt],
    steps: Sequence[Step],
    ready: Sequence[Ready],
    done: Sequence[Entry] = (),
) -> Receipt:
    """Return the receipt of taking ``receipts`` back; nothing is ``ready`` for a dry run.

    ``done`` is what an earlier revert has done, which this one goes on from.
    """
    seen = set((photo.sidecar or photo.own).tag_paths(photo.own))
    left = {path for step in steps for path in _shows(step)}
    swaps = [swap for step in steps for swap in step.swaps]
    written = {tag.path: tag for one in receipts for tag in one.written}
    withdrawn = {tag.path: tag for one in receipts for tag in one.withdrawn}
    size, modified = stamp(photo.path, dict(map(_replaced, ready)))
    return Receipt(
        written=tuple(t for path, t in withdrawn.items() if path not in seen and path in left),
        already=(),
        changes=tuple(field for step in steps for field in step.shown()),
        target=to_reference(photo.path),
        before=dump((*done, *map(_entry, ready))) if ready or done else b"",
        size=size,
        modified=modified,
        withdrawn=tuple(
            t for path, t in written.items() if steps and path in seen and path not in left
        ),
        given=_extras(swaps, lambda swap: swap.after.text),
        taken=_extras(swaps, lambda swap: swap.before.text),
    )


def _shows(step: Step) -> Iterator[TagPath]:
    if isinstance(step, Change):
        yield from map(by_tagslist, step.fields.tagslist)
        yield from (note.tag.path for note in step.notes)


def _extras(swaps: Sequence[Swap], text: Callable[[Swap], str | None]) -> tuple[Extra, ...]:
    found = {Extra(swap.field, words) for swap in swaps if (words := text(swap))}
    return tuple(sorted(found))


def _entry(one: Ready) -> Entry:
    if isinstance(one, Removal):
        assert one.target.now is not None
        return Entry(
            sidecar=to_reference(one.target.file.name),
            created=False,
            before=one.target.now.blocks,
            after="",
            gains=(),
            losses=one.target.now.notes,
            swaps=one.swaps,
        )
    change, now = one.change, one.change.target.now
    return Entry(
        sidecar=to_reference(change.target.file.name) if change.target.is_sidecar else None,
        created=now is None,
        before=now.blocks if now and len(now.blocks.xmp) <= 1 else None,
        after=one.after.blocks.fingerprint(),
        gains=tuple(
            Gain(note.tag.path, note.tag.run, note.fields)
            for note in change.notes
            if now is None or note not in now.notes
        ),
        losses=tuple(note for note in (now.notes if now else ()) if note not in change.notes),
        swaps=change.swaps,
    )


def written_targets(photo: Photo, entries: Sequence[Entry]) -> tuple[Target, ...]:
    """Return the files that ``entries`` are about, as far as they are there: the photo first.

    A sidecar that an undo removed counts as well: it is made again.
    """
    # So that a sidecar comes out newer.
    names = sorted({entry.sidecar for entry in entries}, key=lambda name: name is not None)
    removed = {entry.sidecar for entry in entries if entry.sidecar and not entry.after}
    found = (_target(photo, name, again=name in removed) for name in names)
    return tuple(target for target in found if target)


def _target(photo: Photo, sidecar: str | None, *, again: bool) -> Target | None:
    if sidecar is None:
        return Target(real(photo.path), False, photo.own, photo)
    if photo.sidecar_path is None and again:
        return Target(photo.path.with_name(to_path(sidecar).name), True, None, photo)
    if photo.sidecar_path is None or photo.sidecar_path.resolve().name != to_path(sidecar).name:
        return None
    return Target(real(photo.sidecar_path), True, photo.sidecar, photo)


def _undone(target: Target, entries: Sequence[Entry]) -> Step | None:
    chain = _chain(target, entries)
    if _is_untouched(target, chain):
        oldest = chain[-1]
        if oldest.created:
            return Removal(target) if target.now else None
        if oldest.before is not None:
            return _restored(target, oldest.before)
    return subtracted(target, entries) if target.now else None


def _chain(target: Target, entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries of one file, newest first."""
    return [entry for entry in entries if (entry.sidecar is not None) == target.is_sidecar]


def _is_untouched(target: Target, chain: Sequence[Entry]) -> bool:
    """Whether each write found what the one before it left, and the newest is what stands."""
    state = target.now.blocks.fingerprint() if target.now else ""
    for entry in chain:
        if entry.after != state:
            return False
        state = entry.before.fingerprint() if entry.before else ""
    return True


def _restored(target: Target, before: Blocks) -> Change:
    now = target.base.blocks
    blocks: dict[str, bytes | None] = {}
    if before.xmp != now.xmp:
        blocks["XMP"] = before.xmp[0] if before.xmp else None
    if before.iptc != now.iptc:
        blocks["IPTC"] = before.iptc
    properties = packet.read(before.xmp)
    keywords = None if before.iptc is None else read_iptc(before.iptc).keywords
    return Change(
        target=target,
        fields=read_fields(properties, keywords),
        notes=provenance.read(properties),
        add={},
        replace={},
        blocks=blocks,
        settings=() if before.digest == now.digest else (f"IPTCDigest={before.digest or ''}",),
        exact=before,
        swaps=extras.between(target.now.properties if target.now else {}, properties),
    )


def subtracted(target: Target, entries: Sequence[Entry]) -> Change | None:
    """Return the change that removes only our own tags and keeps all else that stands there."""
    gains = [gain for entry in _chain(target, entries) for gain in entry.gains]
    now = target.base
    fields = without(now.fields, gains)
    ours = {(gain.path, gain.run) for gain in gains}
    notes = tuple(note for note in now.notes if (note.tag.path, note.tag.run) not in ours)
    losses = [loss for entry in _chain(target, entries) for loss in entry.losses]
    for loss in losses:
        if loss.tag.path not in target.seen:
            fields, notes = _with(fields, loss), (*notes, loss)
    swaps = extras.taken_back(now.properties, _chain(target, entries))
    if fields == now.fields and notes == now.notes and not swaps:
        return None
    return extras.changed(rewritten(target, fields, notes), swaps)


def rewritten(target: Target, fields: Fields, notes: tuple[provenance.Note, ...]) -> Change:
    """Return the change that makes a file's fields and notes what they are to be."""
    now = target.base
    keywords = () if target.is_sidecar else now.fields["iptc"]
    replaced: dict[str, Sequence[str] | Sequence[dict[str, str]]] = {
        exiftool: fields[name]
        for name, exiftool in EXIFTOOL_NAMES.items()
        if name != "iptc" and fields[name] != now.fields[name]
    }
    if notes != now.notes:
        replaced[EXIFTOOL_PROVENANCE] = provenance.to_values(notes)
    return Change(
        target=target,
        fields=fields,
        notes=notes,
        add={},
        replace=replaced,
        blocks={},
        settings=_iptc_settings(keywords, fields["iptc"], in_step=now.blocks.in_step),
        lost=tuple(note for note in now.notes if note not in notes),
    )


def _iptc_settings(
    before: Sequence[str], after: Sequence[str], *, in_step: bool
) -> tuple[str, ...]:
    gone = dict.fromkeys(word for word in before if word not in after)
    come = dict.fromkeys(word for word in after if word not in before)
    # Word by word, and not the whole list anew: what people wrote keeps its bytes.
    settings = tuple(
        f"IPTC:Keywords{sign}={word}"
        for sign, words in (("-", gone), ("+", come))
        for word in words
    )
    return (*settings, "IPTCDigest=new") if in_step and before != after else settings


def _with(fields: Fields, note: provenance.Note) -> Fields:
    """Put a tag back into the fields that it was taken from."""
    path = note.tag.path
    entries = {"tagslist": "/".join(path), "lr": "|".join(path), "dc": path[-1], "iptc": path[-1]}
    grown = {
        name: (*fields[name], entries[name])
        for name in note.fields
        if name in entries and entries[name] not in fields[name]
        if name != "iptc" or fields.iptc is not None
    }
    return replace(fields, **grown)


def without(fields: Fields, gains: Sequence[Gain]) -> Fields:
    """Return fields less what tags of ours brought into them.

    A leaf label stays in the flat fields while another tag that ends in it is there.
    """
    tagslist, lr = list(fields.tagslist), list(fields.lr)
    dc, iptc = list(fields.dc), list(fields.iptc or ())
    for gain in gains:
        _remove(tagslist, "/".join(gain.path), "tagslist" in gain.fields)
        _remove(lr, "|".join(gain.path), "lr" in gain.fields)
    left = {path[-1] for path in (*map(by_tagslist, tagslist), *map(by_pipe, lr)) if path}
    for gain in gains:
        leaf = gain.path[-1]
        _remove(dc, leaf, "dc" in gain.fields and leaf not in left)
        _remove(iptc, leaf, "iptc" in gain.fields and leaf not in left)
    return Fields(
        tagslist=tuple(tagslist),
        lr=tuple(lr),
        dc=tuple(dc),
        iptc=None if fields.iptc is None else tuple(iptc),
    )


def _remove(entries: list[str], entry: str, wanted: bool) -> None:
    if wanted and entry in entries:
        entries.remove(entry)
