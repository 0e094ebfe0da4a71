"""The daemon's log: lines for people, or one JSON object a line for programs."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal, TextIO, TypeAlias

Style: TypeAlias = Literal["plain", "json"]

_FIELDS = ("run", "photo", "outcome", "tags")  # given as ``extra`` where a line is about a photo
_PLAIN = "%(asctime)s %(levelname)s %(message)s"
_TIME = "%Y-%m-%d %H:%M:%S"
_OURS = ("tagwright", "tagwright_adapters", "tagwright_plugins")


def set_up(style: Style, *, journal: bool, stream: TextIO | None = None) -> None:
    """Log from now on to a stream (default: standard error), once.

    Args:
        style: How.
        journal: Whether it goes to systemd's journal, which keeps times itself.
        stream: Where to.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    if style == "json":
        handler.setFormatter(JsonFormatter())
    else:
        handler.setFormatter(logging.Formatter("%(message)s" if journal else _PLAIN, _TIME))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO)


class JsonFormatter(logging.Formatter):
    """One object a line: time (UTC), level, logger, message, and of a photo what became of it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        content: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        content.update({name: vars(record)[name] for name in _FIELDS if name in vars(record)})
        if record.exc_info:
            content["trace"] = self.formatException(record.exc_info)
        return json.dumps(content, ensure_ascii=False, default=str)
