"""When a run that lasts tries again what failed."""

from __future__ import annotations

import random

from tagwright.errors import AssetError, ErrorClass, StorageError, TagwrightError
from tagwright.state.queue import LONGEST_WAIT, Job

_FIRST = 5.0  # s
_TRIES = 8  # of one photo, about ten minutes; after that it is set aside


def delay(tries: int) -> float:
    """Return how many seconds to wait after so many failures in a row, 1 being the first."""
    longest = min(_FIRST * 2.0 ** min(tries - 1, 20), LONGEST_WAIT)
    return longest * random.uniform(0.8, 1.0)  # noqa: S311 - spreads load, guards nothing


def verdict(job: Job, error: TagwrightError) -> TagwrightError:
    """Return what a failure means for a photo: itself, or that it was tried too often.

    A disk that takes no change is waited for however long that is.
    """
    passing = error.error_class is ErrorClass.TRANSIENT
    if isinstance(error, StorageError) or not passing or job.attempts + 1 < _TRIES:
        return error
    message = f"set aside after {job.attempts + 1} tries: {error.message}"
    cure = "Have it tried again with --retry of 'tagwright watch' or 'tagwright immich serve'."
    return AssetError(message, asset=error.asset, cure=cure)
