"""Goes with a backfill."""

from __future__ import annotations

import asyncio

from tagwright.errors import TagwrightError
from tagwright.pipeline import Result, Runner, Tally
from tagwright_plugins.immich.backfilling.outlook import Outlook
from tagwright_plugins.immich.backfilling.patience import Patience


class Companion:
    """Implements :class:`tagwright_plugins.cli.tag.run.Companion`."""

    def __init__(self, outlook: Outlook, patience: Patience) -> None:
        """``patience`` is the one of all that asks Immich in this run."""
        self._outlook = outlook
        self._patience = patience
        self._resting: asyncio.TimerHandle | None = None

    def expected(self, tally: Tally) -> int:
        """Return how many photos it will be, by what is known so far."""
        return self._outlook.left(tally)

    def photo(self, result: Result) -> None:
        """Take a photo that was tagged as a sign that all is well."""
        if result.status == "tagged":
            self._patience.well()

    def troubled(self, runner: Runner, error: TagwrightError) -> None:
        """Let a run rest while Immich is away; whatever else stops all photos ends it."""
        if self._resting is not None:  # others met the same
            return
        seconds = self._patience.rest(error)
        if seconds is None:
            runner.end(error)
            return

        def go_on() -> None:
            self._resting = None
            runner.go_on()

        self._resting = asyncio.get_running_loop().call_later(seconds, go_on)
