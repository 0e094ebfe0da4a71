"""How long a backfill bears with an Immich that is away."""

from __future__ import annotations

import time
from collections.abc import Callable

from tagwright.errors import TagwrightError
from tagwright_adapters.immich.errors import ImmichUnavailableError

_FIRST = 1.0  # s of rest after a failure, then twice as long each time
_LONGEST = 60.0  # s


class Patience:
    """Says how long to rest before another try; shared by all that asks Immich."""

    def __init__(self, most: float, note: Callable[[str], None]) -> None:
        """Bear with ``most`` seconds without a success; ``note`` is told when that begins."""
        self._most = most
        self._note = note
        self._since: float | None = None
        self._failures = 0

    def well(self) -> None:
        """Hear of a success."""
        self._since, self._failures = None, 0

    def rest(self, error: TagwrightError) -> float | None:
        """Return the seconds until the next try; None: it is in vain."""
        if not isinstance(error, ImmichUnavailableError):
            return None
        now = time.monotonic()
        if self._since is None:
            self._since = now
            self._note(f"Going on as soon as Immich answers: {error.message}")
        if now - self._since > self._most:
            return None
        self._failures += 1
        grown = min(_FIRST * 2.0 ** (self._failures - 1), _LONGEST)
        return max(grown, error.retry_after or 0.0)
