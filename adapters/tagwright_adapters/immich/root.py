"""A tag of Immich that all of ours stand below: "AI"; the core knows nothing of it.

Tags elsewhere keep their paths. So a person's "Places/Coast" beside our "AI/Places/Coast" counts as
the same concept: it is not set twice, and theirs is never touched, as only tags below the root are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tagwright.model import Tag
from tagwright.ports import Intend, Receipt, Withdrawal

Path = tuple[str, ...]


class Root:
    """Turns paths of the core into Immich's and back."""

    def __init__(self, path: Path) -> None:
        """Make one; an empty path changes nothing."""
        self._path = path

    def below(self, path: Path) -> Path:
        """Return the path in Immich of one of ours."""
        return self._path + path

    def ours(self, path: Path) -> Path | None:
        """Return the core's path of one in Immich that stands below the root; else None."""
        depth = len(self._path)
        return path[depth:] if len(path) > depth and path[:depth] == self._path else None

    def shown(self, path: Path) -> Path:
        """Return the core's path of any in Immich."""
        return self.ours(path) or path

    def tags_below(self, tags: Iterable[Tag]) -> tuple[Tag, ...]:
        """Return tags with their paths in Immich."""
        return tuple(replace(tag, path=self.below(tag.path)) for tag in tags)

    def withdrawal(self, withdraw: Withdrawal) -> Withdrawal:
        """Return what is to go, with its paths in Immich."""
        return replace(withdraw, tags=self.tags_below(withdraw.tags))

    def receipt_below(self, receipt: Receipt) -> Receipt:
        """Return a receipt of the core's with its paths in Immich."""
        written, withdrawn = map(self.tags_below, (receipt.written, receipt.withdrawn))
        return replace(receipt, written=written, withdrawn=withdrawn)

    def receipt(self, receipt: Receipt) -> Receipt:
        """Return a receipt with the core's paths; what changes is shown as Immich shows it."""
        return replace(
            receipt,
            written=self._tags(receipt.written),
            already=self._tags(receipt.already),
            withdrawn=self._tags(receipt.withdrawn),
        )

    def heard(self, intend: Intend) -> Intend:
        """Return what takes note of receipts with paths in Immich."""

        async def hear(receipt: Receipt) -> None:
            await intend(self.receipt(receipt))

        return hear

    def _tags(self, tags: Iterable[Tag]) -> tuple[Tag, ...]:
        return tuple(replace(tag, path=self.shown(tag.path)) for tag in tags)
