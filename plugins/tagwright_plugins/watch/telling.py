"""What the daemon says: a line for each photo, with the run that it belongs to."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from tagwright.errors import StorageError, VanishedError
from tagwright.pipeline import Result
from tagwright_adapters.files.names import to_reference
from tagwright_plugins.cli.wording import learned, many, printable, shown, trouble

logger = logging.getLogger(__name__)

_LONGEST = 500
_MOST = 10_000  # that are remembered as said


class Teller:
    """Writes the log. What stays the same is said once."""

    def __init__(self) -> None:
        self._said: set[str] = set()
        self._is_full = False

    def photo(self, run_id: str, result: Result) -> None:
        """Say what became of a photo."""
        line = f"[{run_id}] {shown(result.ref)}: "
        about = {"run": run_id, "photo": result.ref.reference, "outcome": result.status}
        if result.status == "left":
            self._left(line, result, about)
        elif result.status == "failed":
            logger.warning("%sfailed: %s", line, _error(result), extra=about)
        elif result.status == "refused":
            logger.info("%srefused: %s", line, _error(result), extra=about)
        else:
            self._is_full = False
            logger.info("%s%s", line, _written(result), extra=about | {"tags": _tags(result)})

    def skipped(self, path: Path, reason: str) -> None:
        """Say that a scan had to leave something out."""
        line = f"{to_reference(path)}: {reason}"
        if line not in self._said and len(self._said) < _MOST:
            self._said.add(line)
            logger.warning("%s", printable(line, _LONGEST))

    def _left(self, line: str, result: Result, about: Mapping[str, object]) -> None:
        if isinstance(result.error, StorageError) and not self._is_full:
            self._is_full = True
            logger.error(
                "%swaits, with all that meet the same: %s", line, _error(result), extra=about
            )
        elif isinstance(result.error, VanishedError):
            logger.info("%sis gone", line, extra=about)
        else:
            logger.debug("%swaits: %s", line, _error(result), extra=about)


def _error(result: Result) -> str:
    return printable(trouble(result.ref, str(result.error)), _LONGEST)


def _written(result: Result) -> str:
    tags = _tags(result)
    if result.status == "passed":
        return printable(f"passed over: {'; '.join(result.notes)}", _LONGEST)
    written = f"{many(len(tags), 'tag')}: {', '.join(tags)}" if tags else "nothing to write"
    return printable("; ".join([f"{result.status}, {written}", *learned(result)]), _LONGEST)


def _tags(result: Result) -> list[str]:
    written = () if result.receipt is None else result.receipt.written
    return ["/".join(tag.path) for tag in written]
