"""Which tags come to an asset and which go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace

from tagwright.model import Tag
from tagwright.ports import FieldChange, Receipt, Withdrawal
from tagwright_adapters.immich.models import Asset

Path = tuple[str, ...]


def work_out(asset: Asset, tags: Sequence[Tag], withdraw: Withdrawal) -> Receipt:
    """Return the change that gives ``tags`` to an asset and takes ours that are to go."""
    there = set(asset.paths)
    wanted = _by_path(tags)
    gone = {path: tag for path, tag in _by_path(withdraw.tags).items() if path in there}
    left = there - (set(gone) - set(wanted))
    return _receipt(
        asset,
        written=[tag for path, tag in wanted.items() if path not in left],
        already=[tag for path, tag in wanted.items() if path in left],
        withdrawn=[tag for path, tag in gone.items() if path not in left],
    )


def work_back(asset: Asset, receipts: Sequence[Receipt]) -> Receipt:
    """Return the change that takes earlier ones back, newest first."""
    there = set(asset.paths)
    known: dict[Path, Tag] = {}
    after = set(there)
    for receipt in receipts:
        come, gone = _by_path(receipt.withdrawn), _by_path(receipt.written)
        after = after - set(gone) | set(come)
        known = come | gone | known
    return _receipt(
        asset,
        written=[tag for path, tag in known.items() if path in after - there],
        already=[],
        withdrawn=[tag for path, tag in known.items() if path in there - after],
    )


def leave(receipt: Receipt, theirs: Set[Path]) -> Receipt:
    """Return a receipt without what turned out to be a person's."""
    ours = tuple(tag for tag in receipt.written if tag.path not in theirs)
    others = tuple(tag for tag in receipt.written if tag.path in theirs)
    return replace(receipt, written=ours, already=receipt.already + others)


def _receipt(
    asset: Asset, written: Sequence[Tag], already: Sequence[Tag], withdrawn: Sequence[Tag]
) -> Receipt:
    before = asset.paths
    gone = set(_by_path(withdrawn))
    after = [path for path in before if path not in gone] + list(_by_path(written))
    changed = bool(written or withdrawn)
    return Receipt(
        written=tuple(written),
        already=tuple(already),
        changes=(FieldChange("tags", _shown(before), _shown(after)),) if changed else (),
        target=asset.id,
        modified=asset.modified,
        withdrawn=tuple(withdrawn),
    )


def _by_path(tags: Iterable[Tag]) -> dict[Path, Tag]:
    return {tag.path: tag for tag in tags}


def _shown(paths: Iterable[Path]) -> tuple[str, ...]:
    return tuple("/".join(path) for path in paths)
