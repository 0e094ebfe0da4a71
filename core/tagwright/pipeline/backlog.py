"""How much a run has before it, so that its source is not read far ahead of the work."""

from __future__ import annotations

import asyncio

from tagwright.pipeline.results import Tally


class Backlog:
    """Says when there is room for more."""

    def __init__(self, most: int | None, tally: Tally, *, lasting: bool) -> None:
        """Make one.

        Args:
            most: Photos that may wait when more is taken in; None: any number.
            tally: Of the run.
            lasting: Whether it goes on itself with what it left.
        """
        self._most = most
        self._tally = tally
        self._lasting = lasting
        self._moved = asyncio.Event()
        self._over = False

    def moved(self, *, dry: bool = False) -> None:
        """Hear that a photo is through; ``dry``: that none is left, as others may have taken some.

        The latter is heeded once, by who waits now.
        """
        if dry or self._has_room:
            self._moved.set()

    def end(self) -> None:
        """Keep nobody waiting any more."""
        self._over = True
        self._moved.set()

    async def room(self) -> None:
        """Wait until there is room."""
        self._moved.clear()
        if not self._over and not self._has_room:
            await self._moved.wait()

    @property
    def _has_room(self) -> bool:
        through = self._tally.finished - (self._tally.left if self._lasting else 0)
        return self._most is None or self._tally.queued - through <= self._most
