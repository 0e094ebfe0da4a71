"""When something is told again that may happen to each of many photos."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

_RARELY = 60.0  # s


def is_news(told: Path) -> bool:
    """Say whether nothing was told lately; note that it is now."""
    with suppress(OSError):
        if 0 <= time.time() - told.stat().st_mtime < _RARELY:
            return False
    with suppress(OSError):
        told.touch()
    return True
