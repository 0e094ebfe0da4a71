"""Hands photos to the resident process, and starts it where there is none."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tagwright.errors import TagwrightError
from tagwright_plugins.digikam.resident import protocol
from tagwright_plugins.digikam.resident.protocol import Outcome

LOG = "digikam.log"

_STARTING = 120.0  # s that one may take that loads a model
_TURN = 0.05  # s between two tries to reach one that starts
_SAID = 600  # characters of its last words


class ResidentError(TagwrightError):
    """The process that tags photos for digiKam cannot be reached."""


class NotYetError(TagwrightError):
    """A photo was not done in time; work on it goes on."""


def ask(
    state: Path, photos: Sequence[Path], command: Sequence[str], patience: float | None = None
) -> Iterator[Outcome]:
    """Have photos tagged; yield what became of each, in their order.

    Args:
        state: Our state directory.
        photos: Absolute paths.
        command: Starts the resident process.
        patience: Seconds that all may take; None: as long as it takes.

    Raises:
        ResidentError: the process cannot be started, or ended before it had answered.
        NotYetError: it takes too long.
    """
    deadline = None if patience is None else time.monotonic() + patience
    left = list(photos)
    for trial in range(2):  # the first one may be about to end
        try:
            with _reached(state, command, deadline) as (connection, answers):
                connection.sendall(protocol.question(left))
                while left and (line := _line(connection, answers, deadline)):
                    yield protocol.answered(line)
                    del left[0]
        except (ConnectionError, ValueError) as exc:
            if trial:
                raise _ended(state) from exc
        if not left:
            return
    raise _ended(state)


@contextmanager
def _reached(
    state: Path, command: Sequence[str], deadline: float | None
) -> Iterator[tuple[socket.socket, BinaryIO]]:
    connection = _connect(state) or _start(state, command, deadline)
    with connection, connection.makefile("rb") as answers:
        yield connection, answers


def _line(connection: socket.socket, answers: BinaryIO, deadline: float | None) -> bytes:
    if deadline is not None:
        connection.settimeout(max(deadline - time.monotonic(), 0.01))
    try:
        return answers.readline(protocol.LONGEST)
    except TimeoutError as exc:
        message = "it takes longer than digiKam waits."
        cure = "Tagwright goes on with it: run the queue again later, for what is still in it."
        raise NotYetError(message, cure=cure) from exc


def _connect(state: Path) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX)
    with protocol.address(state) as address:
        if connection.connect_ex(str(address)) == 0:
            return connection
    connection.close()
    return None


def _start(state: Path, command: Sequence[str], deadline: float | None) -> socket.socket:
    """Start the process, unless another one is doing so, and connect to it."""
    end = min(filter(None, (deadline, time.monotonic() + _STARTING)))
    with _alone(state):
        if (connection := _connect(state)) is not None:
            return connection
        process = _begin(state, command)
        while (connection := _connect(state)) is None:
            if process.poll() is not None:
                raise ResidentError(_last_words(state), cure=_CURE)
            if time.monotonic() > end:
                raise NotYetError("Tagwright is still starting.", cure="Run the queue again.")
            time.sleep(_TURN)
        return connection


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """Be the only one that starts the process."""
    file = os.open(state / "digikam.starting", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def _begin(state: Path, command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start it apart from us: it goes on when digiKam has ended the script that we are."""
    try:
        with (state / LOG).open("wb") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
            )
    except OSError as exc:
        raise ResidentError(f"{command[0]} cannot be started: {exc.strerror}.") from exc


_CURE = "Try 'tagwright digikam serve' on a terminal."


def _last_words(state: Path) -> str:
    text = (state / LOG).read_text(encoding="utf-8", errors="replace").strip()
    said = text[-_SAID:].removeprefix("Error: ")
    return said or "The process that tags photos for digiKam ended at once."


def _ended(state: Path) -> ResidentError:
    message = f"the process that tags photos for digiKam ended; {state / LOG} says why."
    return ResidentError(message, cure=_CURE)
