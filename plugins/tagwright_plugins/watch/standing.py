"""What a daemon does now, for ``tagwright status``: a small file in the state directory."""

from __future__ import annotations

import json
import os
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from tagwright.state.owners import Owner

_NAME = "watch.now"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a daemon does."""

    owner: str  # the process, as in the database
    run_id: str
    doing: str  # in one word: starting, live, waiting, paused, draining
    since: float  # s since the epoch
    reason: str  # why something waits; may be empty


def keep(state: Path, standing: Standing) -> None:
    """Write it down. A disk that does not take it is nothing to stop for."""
    beside = state / f"{_NAME}.{os.getpid()}.tmp"
    with suppress(OSError):
        beside.write_text(json.dumps(asdict(standing)), encoding="utf-8")
        beside.replace(state / _NAME)


def is_kept(state: Path) -> bool:
    """Say whether a daemon ever lived there."""
    return (state / _NAME).exists()


def find(state: Path) -> Standing | None:
    """Return what the daemon of a state directory does; None: none lives."""
    try:
        content = json.loads((state / _NAME).read_text(encoding="utf-8"))
        standing = Standing(**content)
    except (OSError, ValueError, TypeError):
        return None
    with closing(Owner(state / "owners")) as me:
        return standing if me.is_alive(standing.owner) else None
