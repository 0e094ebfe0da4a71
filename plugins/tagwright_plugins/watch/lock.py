"""One daemon for each state directory."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tagwright.errors import ConfigurationError, StateError


@contextmanager
def alone(state: Path, command: str = "watch") -> Iterator[None]:
    """Be a state directory's only daemon of its kind for as long as the block lasts.

    The lock ends with the process, however that ends.

    Raises:
        ConfigurationError: there is another one; its process is named.
    """
    path = _place(state, command)
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as exc:
        raise StateError(
            f"no lock can be taken at {path}: {exc.strerror}.",
            cure="Put the state directory on a local disk that you may write to.",
        ) from exc
    try:
        _take(file, state, command)
        yield
    finally:
        os.close(file)


def is_held(state: Path, command: str) -> bool:
    """Say whether a daemon of this kind runs for a state directory."""
    try:
        file = os.open(_place(state, command), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def _place(state: Path, command: str) -> Path:
    return state / f"{command.replace(' ', '-')}.lock"


def _take(file: int, state: Path, command: str) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        pid = os.read(file, 20).decode(errors="replace").strip() or "unknown"
        raise ConfigurationError(
            f"'tagwright {command}' runs already for {state}, as process {pid}.",
            cure="End that one first, or give this one a directory of its own with --state.",
        ) from exc
    os.ftruncate(file, 0)
    os.write(file, f"{os.getpid()}\n".encode())
