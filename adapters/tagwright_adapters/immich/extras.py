"""Captions and albums of an asset: what stands, what comes and what goes; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from tagwright.model import Extra, ExtraField
from tagwright.ports import FieldChange, Receipt
from tagwright_adapters.immich.models import Asset

CAPTION, ALBUM = ExtraField.CAPTION, ExtraField.ALBUM

_FIELDS = {CAPTION: "description", ALBUM: "albums"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """What changes beside tags."""

    given: tuple[Extra, ...] = ()
    taken: tuple[Extra, ...] = ()
    warnings: tuple[str, ...] = ()


def caption(asset: Asset) -> str:
    """Return the description of an asset; empty where it has none."""
    text = asset.exif.description if asset.exif else None
    return text if text and text.strip() else ""


def standing(asset: Asset, albums: Iterable[str] = ()) -> tuple[Extra, ...]:
    """Return what is on an asset, whoever set it; ``albums`` are the names of those it is in."""
    text = caption(asset)
    captions = [Extra(CAPTION, text)] if text else []
    return (*captions, *(Extra(ALBUM, name) for name in dict.fromkeys(albums)))


def work_out(
    now: Collection[Extra], wanted: Collection[Extra], leaving: Collection[Extra]
) -> Exchange:
    """Return what setting some and taking others of ours back changes.

    A caption is set only where there is none, or ours that is to go.
    """
    given = [one for one in wanted if one.field is ALBUM and one not in now]
    taken = [one for one in leaving if one.field is ALBUM and one in now and one not in wanted]
    there = next((one for one in now if one.field is CAPTION), None)
    new = next((one for one in wanted if one.field is CAPTION), None)
    warnings = []
    if new is None:
        taken += [there] if there and there in leaving else []
    elif there is None or (there in leaving and there != new):
        given.append(new)
        taken += [there] if there else []
    elif there != new:
        warnings.append(f"its caption stays: {there.value!r} is not ours.")
    return Exchange(tuple(sorted(given)), tuple(sorted(taken)), tuple(warnings))


def work_back(now: Collection[Extra], receipts: Sequence[Receipt]) -> Exchange:
    """Return what takes earlier changes back, newest first, as far as they still stand."""
    then = set(now)
    for receipt in receipts:
        gone = then & set(receipt.given)
        then -= gone
        # A caption comes back only in the place of the one that it made room for.
        room = not any(one.field is CAPTION for one in then)
        then |= {one for one in receipt.taken if one.field is ALBUM or room}
    return Exchange(tuple(sorted(then - set(now))), tuple(sorted(set(now) - then)))


def add_to(receipt: Receipt, now: Collection[Extra], exchange: Exchange) -> Receipt:
    """Return a receipt that tells of these changes, too."""
    after = {*now, *exchange.given} - set(exchange.taken)
    changes = [
        FieldChange(name, _values(now, field), _values(after, field))
        for field, name in _FIELDS.items()
        if _values(now, field) != _values(after, field)
    ]
    return replace(
        receipt,
        changes=(*receipt.changes, *changes),
        warnings=(*receipt.warnings, *exchange.warnings),
        given=exchange.given,
        taken=exchange.taken,
    )


def without(receipt: Receipt, albums: Collection[Extra]) -> Receipt:
    """Return a receipt that does not tell of some albums, as they are not there any more."""
    names = {one.value for one in albums}
    told = [
        replace(one, after=tuple(name for name in one.after if name not in names))
        if one.field == _FIELDS[ALBUM]
        else one
        for one in receipt.changes
    ]
    given = tuple(one for one in receipt.given if one not in albums)
    changes = tuple(one for one in told if one.before != one.after)
    return replace(receipt, changes=changes, given=given)


def _values(extras: Iterable[Extra], field: ExtraField) -> tuple[str, ...]:
    return tuple(sorted(one.value for one in extras if one.field is field))
