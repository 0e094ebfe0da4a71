"""Captions, ratings … of a photo and its sidecar: what stands, what changes, the way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tagwright.model import Extra, ExtraField
from tagwright.ports import Withdrawal
from tagwright_adapters.files.changing import Change
from tagwright_adapters.files.journal import Entry
from tagwright_adapters.files.photo import Photo
from tagwright_adapters.files.snapshot import Snapshot
from tagwright_adapters.files.targets import Target, check_writable, real
from tagwright_adapters.xmp.extras import (
    NUMBERED,
    SLOTS,
    Held,
    Slot,
    Swap,
    elsewhere,
    held,
    is_none,
)
from tagwright_adapters.xmp.packet import Properties

HOLDS = frozenset(ExtraField) - {ExtraField.ALBUM}

VALUES: Mapping[ExtraField, tuple[str, ...]] = {
    ExtraField.CAPTION: (
        "EXIF:ImageDescription",
        "EXIF:UserComment",
        "EXIF:XPComment",
        "PNG:Description",
        "File:Comment",
    ),
    ExtraField.TITLE: ("EXIF:XPTitle", "PNG:Title"),
    ExtraField.RATING: ("EXIF:Rating", "EXIF:RatingPercent"),
    ExtraField.COLOUR_LABEL: (),
}
"""What exiftool is asked for to find those of people outside XMP and IPTC."""

_BY_DEVICES = frozenset(
    {
        "digital camera",
        "kodak digital still camera",
        "minolta digital camera",
        "moultrie digital game camera",
        "olympus digital camera",
        "samsung camera pictures",
        "screenshot",  # iOS
        "sony dsc",
    }
)
"""What devices write into every picture: no caption. Lower case."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is to stand in one slot, and what may go from it."""

    slot: Slot
    new: str | None
    old: frozenset[str]

    def is_ours(self, now: Held) -> bool:
        """Say whether we set it; some programs drop our notes, but the ledger knows."""
        return now.is_ours or now.text in self.old


@dataclass(slots=True)
class Exchange:
    """What becomes of them, file by file."""

    swaps: dict[Path, list[Swap]] = field(default_factory=dict)
    resumed: dict[Path, list[Swap]] = field(default_factory=dict)  # stand there already, from a cut
    elsewhere: dict[Path, Target] = field(default_factory=dict)  # files that take no tags
    given: list[Extra] = field(default_factory=list)
    taken: list[Extra] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def standing(photo: Photo) -> Iterator[Extra]:
    """Yield caption, title, rating and colour label of a photo, whoever set them.

    With a sidecar it is the one that programs read. What is ours in the photo alone then comes from
    a write that was cut short, or was deleted by a person from the sidecar: it does not count.
    """
    for slot in SLOTS:
        if (text := _standing(photo, slot)) is not None:
            yield Extra(slot.field, text)


def work_out(
    photo: Photo, chosen: Sequence[Target], extras: Sequence[Extra], withdraw: Withdrawal
) -> Exchange:
    """Return what setting ``extras`` and taking others of ours back does.

    Raises:
        MetadataError: one that is to go stands in a photo that must not be written.
    """
    result = Exchange()
    for slot in SLOTS:
        new = next((one.value for one in extras if one.field is slot.field), None)
        old = frozenset(one.value for one in withdraw.extras if one.field is slot.field)
        if new is not None or old:
            _exchange(photo, chosen, _Wish(slot, new, old), result)
    return result


def changed(change: Change, swaps: Sequence[Swap]) -> Change:
    """Return a change that also makes these swaps."""
    slots = {slot.field: slot for slot in SLOTS}
    values = dict(change.replace)
    for swap in swaps:
        slot = slots[swap.field]
        values[slot.exiftool] = [slot.encode(swap.after.text)] if swap.after.text else []
        values[slot.note_exiftool] = [swap.after.note] if swap.after.note else []
    return replace(change, replace=values, swaps=tuple(swaps))


def taken_back(now: Properties, chain: Sequence[Entry]) -> list[Swap]:
    """Return the swaps that undo those of entries, newest first, as far as they still stand."""
    back = []
    for slot in SLOTS:
        current = left = held(now, slot)
        for swap in (swap for entry in chain for swap in entry.swaps if swap.field is slot.field):
            if left.text == swap.after.text:
                left = swap.before
        if left.text != current.text:
            back.append(Swap(slot.field, current, left))
    return back


def between(now: Properties, then: Properties) -> tuple[Swap, ...]:
    """Return how they differ, for people to see."""
    pairs = [(slot.field, held(now, slot), held(then, slot)) for slot in SLOTS]
    return tuple(Swap(*pair) for pair in pairs if pair[1] != pair[2])


def _standing(photo: Photo, slot: Slot) -> str | None:
    if photo.sidecar is not None:
        text = _in_xmp(photo.sidecar, slot)
        own = held(photo.own.properties, slot)
        if text is None and not own.is_ours:
            text = _in_xmp(photo.own, slot)
    else:
        text = _in_xmp(photo.own, slot)
    return text if text is not None else _outside(photo.own, slot.field)


def _in_xmp(look: Snapshot, slot: Slot) -> str | None:
    text = held(look.properties, slot).text
    return elsewhere(look.properties, slot.field) if is_none(slot.field, text) else text


def _outside(own: Snapshot, kind: ExtraField) -> str | None:
    """Return what people may have written into EXIF, IPTC or a comment."""
    texts = [str(own.values.get(name, "")) for name in VALUES[kind]]
    if own.iptc is not None:
        in_iptc = {ExtraField.CAPTION: own.iptc.caption, ExtraField.TITLE: own.iptc.title}
        texts.append(in_iptc.get(kind, ""))
    found = (text for text in texts if not is_none(kind, text))
    return next((text for text in found if text.strip().lower() not in _BY_DEVICES), None)


def _exchange(photo: Photo, chosen: Sequence[Target], wish: _Wish, result: Exchange) -> None:
    kind, new = wish.slot.field, wish.new
    if new is not None and (theirs := _of_people(photo, wish)) is not None:
        result.warnings.append(f"its {kind} stays: {theirs!r} is not ours.")
        return
    gone: set[str | None] = set()
    for target in chosen:
        now = held(target.base.properties, wish.slot)
        if new is None and not wish.is_ours(now):
            continue
        if now.text != new:
            gone.add(now.text)
            swap = Swap(kind, _restorable(kind, now), Held(new, new))
            result.swaps.setdefault(target.file, []).append(swap)
        elif target.now is not None:
            result.resumed.setdefault(target.file, []).append(Swap(kind, Held(), now))
    for target in _others(photo, chosen, wish):
        now = held(target.base.properties, wish.slot)
        gone.add(now.text)
        result.swaps.setdefault(target.file, []).append(Swap(kind, now, Held()))
        result.elsewhere[target.file] = target
    if new is not None:
        result.given.append(Extra(kind, new))
    result.taken += [Extra(kind, text) for text in sorted(wish.old) if text in gone]


def _of_people(photo: Photo, wish: _Wish) -> str | None:
    """Return what people set in any file; nothing of ours goes beside it."""
    kind = wish.slot.field
    for look in filter(None, (photo.sidecar, photo.own)):
        now = held(look.properties, wish.slot)
        if now.text is not None and not is_none(kind, now.text) and not wish.is_ours(now):
            return now.text
        if (text := elsewhere(look.properties, kind)) is not None:
            return text
    return _outside(photo.own, kind)


def _others(photo: Photo, chosen: Sequence[Target], wish: _Wish) -> Iterator[Target]:
    """Yield the photo itself if only its sidecar is written and something of ours stands in it.

    Raises:
        MetadataError: it is write-protected.
    """
    target = Target(real(photo.path), False, photo.own, photo)
    written = {one.file for one in chosen}
    if target.file not in written and wish.is_ours(held(photo.own.properties, wish.slot)):
        check_writable(target, f"a {wish.slot.field}")
        yield target


def _restorable(kind: ExtraField, now: Held) -> Held:
    """Return what can be put back as it was: zero is written in many ways, and means nothing."""
    if now.text is None or not is_none(kind, now.text):
        return now
    return Held("0" if kind in NUMBERED else None)
