"""What a daemon does now, for ``tagwright status``: a small file in the state directory."""

from __future__ import annotations

import json
import os
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from tagwright.state.owners import Owner

DAEMONS = ("watch", "immich")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a daemon does."""

    owner: str  # the process, as in the database
    run_id: str
    doing: str  # in one word: starting, live, waiting, paused, draining
    since: float  # s since the epoch
    reason: str  # why something waits; may be empty


def keep(state: Path, daemon: str, standing: Standing) -> None:
    """Write it down. A disk that does not take it is nothing to stop for."""
    beside = state / f"{daemon}.now.{os.getpid()}.tmp"
    with suppress(OSError):
        beside.write_text(json.dumps(asdict(standing)), encoding="utf-8")
        beside.replace(state / f"{daemon}.now")


def is_kept(state: Path, daemon: str) -> bool:
    """Say whether a daemon ever lived there."""
    return (state / f"{daemon}.now").exists()


def find(state: Path, daemon: str) -> Standing | None:
    """Return what a daemon of a state directory does; None: it does not live."""
    try:
        content = json.loads((state / f"{daemon}.now").read_text(encoding="utf-8"))
        standing = Standing(**content)
    except (OSError, ValueError, TypeError):
        return None
    with closing(Owner(state / "owners")) as me:
        return standing if me.is_alive(standing.owner) else None
