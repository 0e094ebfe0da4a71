"""Why a daemon begins with no photo for now, and until when."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from datetime import datetime

from tagwright.errors import BudgetError, TagwrightError
from tagwright.pipeline.retrying import delay
from tagwright_plugins.watch.quiet import QuietHours
from tagwright_plugins.watch.requests import Requests

logger = logging.getLogger(__name__)


class Holding:
    """Knows of pauses, quiet hours and trouble that concerns all photos."""

    def __init__(
        self,
        requests: Requests,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``clock`` gives the time of day, ``monotonic`` seconds that no clock's setting moves."""
        self.quiet = QuietHours(())
        self._requests = requests
        self._clock = clock
        self._monotonic = monotonic
        self._trouble: TagwrightError | None = None
        self._until = 0.0
        self._tries = 0
        self._said = ""

    @property
    def reason(self) -> str:
        """Say why photos wait; empty: they do not."""
        if self._requests.paused:
            return "paused: until 'tagwright watch --resume'"
        if (end := self.quiet.until(self._clock().time())) is not None:
            return f"waiting: quiet hours until {end:%H:%M}"
        if self._trouble is not None and self._waits:
            return f"waiting: {self._trouble.message}"
        return ""

    @property
    def trouble(self) -> TagwrightError | None:
        """The error that all photos met, until one was worked on again."""
        return self._trouble

    def troubled(self, error: TagwrightError) -> None:
        """Take note of what stops all photos: wait, longer each time that it comes again."""
        if self._waits:
            return  # several photos met it together
        self._trouble = error
        self._tries += 1
        # Money comes with a new day, and with it a new run; a person's change is a new run too.
        wait = math.inf if isinstance(error, BudgetError) else delay(self._tries)
        self._until = self._monotonic() + wait
        if self._said != error.message:
            self._said = error.message
            logger.error("Photos wait, and are taken up again by themselves: %s", error)

    def well(self) -> None:
        """Take note that a photo was worked on: trouble that was waited out is over."""
        if self._waits:
            return  # it was in hand before
        if self._said:
            logger.info("Photos are worked on again.")
        self.renew()

    @property
    def _waits(self) -> bool:
        return self._monotonic() < self._until

    def renew(self) -> None:
        """Forget the trouble, as a new run begins."""
        self._trouble, self._until, self._tries, self._said = None, 0.0, 0, ""
