"""How long to rest between two looks at an account."""

from __future__ import annotations

import logging
from typing import TypeGuard

from tagwright_adapters.immich.errors import ImmichError, ImmichUnavailableError

logger = logging.getLogger(__name__)

_AGAIN = 2.0  # times ``soon``, from a look that found nothing new to the next
_MORE = 3.0  # times ``soon``, where it did: more of them may come, and be found together
_FOR_EACH = 0.05  # s by which more of them make it look less often
_IN_VAIN = 0.1  # of the time that they were awaited: locked photos and corrupt ones never come
_LONGEST = 2.0  # s between looks for what is announced
_CHANGED = 20.0  # s until a look where only what is known has changed, mostly by ourselves
_FIRST = 1.0  # s of rest after a failure, then twice as long each time


class Pace:
    """Knows what is awaited and how the last looks went."""

    def __init__(self, interval: float, soon: float) -> None:
        """Both in seconds: between looks without cause, and from an announcement to a look."""
        self.trouble: ImmichError | None = None
        self._interval = interval
        self.soon = soon
        self._least = 0.0  # s between looks
        self._failures = 0

    def pause(self, awaited: int, in_vain: float = 0.0) -> float:
        """Return the seconds until the next look, where so many assets are not ready yet.

        ``in_vain``: seconds for which all of them were awaited.
        """
        if self._failures:
            asked = self.trouble.retry_after if _busy(self.trouble) else None
            grown = _FIRST * 2.0 ** min(self._failures - 1, 16)
            return max(min(grown, self._interval), asked or 0.0)
        if not awaited:
            return self._interval
        slow = max(self._least, _FOR_EACH * awaited, _IN_VAIN * in_vain)
        return min(slow, _LONGEST, self._interval)

    def announced(self, new: int) -> float:
        """Return the seconds between the last look and the next, where so many new ones came."""
        return self.pause(new) if self._failures or new else min(_CHANGED, self._interval)

    def well(self, *, new: bool) -> None:
        """Take note of a look that was answered, and whether anything new was ready."""
        self._least = self.soon * (_MORE if new else _AGAIN)
        if self.trouble is not None:
            logger.info("Immich answers again.")
        self.trouble, self._failures = None, 0

    def failed(self, error: ImmichError) -> None:
        """Take note of one that was not; the same is said once."""
        if self.trouble is None or self.trouble.message != error.message:
            logger.error("Immich is not seen, and is looked at again by itself: %s", error)
        self.trouble = error
        self._failures += 1


def _busy(error: ImmichError | None) -> TypeGuard[ImmichUnavailableError]:
    return isinstance(error, ImmichUnavailableError)
