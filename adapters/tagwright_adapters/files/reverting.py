"""Taking writes back: exactly where nobody touched the metadata since, else tag by tag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tagwright.ports import FieldChange
from tagwright_adapters.files import extras
from tagwright_adapters.files.blocks import Blocks
from tagwright_adapters.files.changing import Change, shown_swaps
from tagwright_adapters.files.journal import Entry, Gain
from tagwright_adapters.files.names import to_path, to_reference
from tagwright_adapters.files.photo import Photo
from tagwright_adapters.files.targets import Target, real
from tagwright_adapters.xmp import packet, provenance
from tagwright_adapters.xmp.digikam import by_pipe, by_tagslist
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
        swaps = extras.between(self.target.base.properties, {})
        return (*keywords, *shown_swaps(swaps, prefix))


Step = Change | Removal


def work_out(photo: Photo, entries: Sequence[Entry]) -> tuple[Step, ...]:
    """Return what undoing ``entries``, newest first, does to the photo and its sidecars."""
    steps = (_undone(target, entries) for target in written_targets(photo, entries))
    return tuple(step for step in steps if step is not None)


def written_targets(photo: Photo, entries: Sequence[Entry]) -> tuple[Target, ...]:
    """Return the files that ``entries`` are about, as far as they are there: the photo first."""
    # So that a sidecar comes out newer.
    names = sorted({entry.sidecar for entry in entries}, key=lambda name: name is not None)
    return tuple(target for name in names if (target := _target(photo, name)))


def _target(photo: Photo, sidecar: str | None) -> Target | None:
    if sidecar is None:
        return Target(real(photo.path), False, photo.own, photo)
    if photo.sidecar_path is None or photo.sidecar_path.resolve().name != to_path(sidecar).name:
        return None
    return Target(real(photo.sidecar_path), True, photo.sidecar, photo)


def _undone(target: Target, entries: Sequence[Entry]) -> Step | None:
    chain = _chain(target, entries)
    if _is_untouched(target.base.blocks, chain):
        oldest = chain[-1]
        if oldest.created:
            return Removal(target)
        if oldest.before is not None:
            return _restored(target, oldest.before)
    return subtracted(target, entries)


def _chain(target: Target, entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries of one file, newest first."""
    return [entry for entry in entries if (entry.sidecar is not None) == target.is_sidecar]


def _is_untouched(now: Blocks, chain: Sequence[Entry]) -> bool:
    """Whether each write found what the one before it left, and the newest is what stands."""
    state = now.fingerprint()
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
        swaps=extras.between(target.base.properties, properties),
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
