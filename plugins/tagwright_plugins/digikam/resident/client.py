"""Hands photos to the resident process, and starts it where there is none."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from tagwright.errors import TagwrightError
from tagwright_plugins.digikam.resident import protocol
from tagwright_plugins.digikam.resident.protocol import Outcome

LOG = "digikam.log"

_STARTING = 30.0  # s until one that starts can be reached, though not all is ready
_TURN = 0.05  # s between two tries
_TRIES = 200  # to reach one that is not about to end
_SAID = 600  # characters of its last words
_CURE = "'tagwright digikam serve' on a terminal shows more."


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
        ResidentError: the process cannot be started, or ends before it has answered.
        NotYetError: it takes too long.
    """
    deadline = None if patience is None else time.monotonic() + patience
    left = list(photos)
    for _ in range(_TRIES):
        connection = _connect(state)
        started = connection is None
        with connection or _start(state, command) as peer, suppress(ConnectionError, ValueError):
            peer.sendall(protocol.question(left))
            with peer.makefile("rb") as answers:
                while left and (line := _line(peer, answers, deadline)):
                    yield protocol.answered(line)
                    del left[0]
        if not left:
            return
        if started:
            break
        time.sleep(_TURN)  # it is about to end
    raise ResidentError(_last_words(state), cure=_CURE)


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


def _start(state: Path, command: Sequence[str]) -> socket.socket:
    """Start the process, unless another one has just done so, and connect to it."""
    with _alone(state):
        process, end = None, time.monotonic() + _STARTING
        while (connection := _connect(state)) is None:
            if process is None:
                process = _begin(state, command)
            elif process.poll() is not None or time.monotonic() > end:
                raise ResidentError(_last_words(state), cure=_CURE)
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


def _last_words(state: Path) -> str:
    log = state / LOG
    text = log.read_text(encoding="utf-8", errors="replace").strip() if log.exists() else ""
    said = text.splitlines()[-1][:_SAID].removeprefix("Error: ") if text else "there is no log."
    return f"the process that tags photos for digiKam has ended: {said}"
