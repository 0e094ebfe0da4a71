"""Keeping the notes of assets as the ledger is, where they are no part of a write.

It goes by what the ledger holds and not by what happens, so that no crash leaves a gap.
"""

from __future__ import annotations

from tagwright.ports import SeparateNotesLibrary
from tagwright.state import Lane, cursors, notes
from tagwright.state.notes import Position

_CURSOR = "noted"
_PORTION = 200  # writes and rejections that are looked at together


class Notekeeper:
    """Notes what is ours and what was rejected, some time after it happened."""

    def __init__(self, library: SeparateNotesLibrary, lane: Lane) -> None:
        self._library = library
        self._lane = lane

    async def catch_up(self, portions: int = 10) -> bool:
        """Note what is not noted yet; return whether there was anything.

        Args:
            portions: At most so many at once, each one call or so.

        Raises:
            TagwrightError: the library takes no notes now.
        """
        for done in range(portions):
            if not await self._portion():
                return done > 0
        return True

    async def _portion(self) -> bool:
        """Note some; return whether there was anything to note."""
        name = self._library.name
        kept = await self._lane(lambda c: cursors.find(c, name, _CURSOR))
        position = Position.parse(kept) if kept else Position()
        due = await self._lane(lambda c: notes.due(c, name, position, _PORTION))
        if due.position == position:
            return False
        noted = await self._lane(lambda c: notes.of(c, due.assets))
        await self._library.note({due.assets[one]: note for one, note in noted.items()})
        await self._lane(lambda c: cursors.keep(c, name, _CURSOR, str(due.position)))
        return True
