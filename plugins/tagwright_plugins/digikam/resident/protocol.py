"""How photos are handed to the resident process, and what it answers.

A stream socket in the state directory, for this user alone. One line of JSON asks for photos;
one line for each says what became of it, in the order of asking.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tagwright.errors import StateError

LONGEST = 4 * 2**20  # bytes of a line; more than a command line can name
_NAME = "digikam.sock"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a photo that was asked for."""

    photo: str  # its path as it was given, in the file system's encoding with surrogates
    done: bool
    said: str  # for people: what was written, or why not


@contextmanager
def address(state: Path) -> Iterator[Path]:
    """Give the socket's address, which holds as long as the block lasts.

    An address may not be longer than about a hundred bytes, and a state directory's path may: so
    it goes by an open descriptor of that directory.

    Raises:
        StateError: there is no such directory.
    """
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = os.open(state, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as exc:
        raise StateError(f"{state} cannot be used: {exc.strerror}.") from exc
    try:
        yield Path(f"/proc/self/fd/{folder}/{_NAME}")
    finally:
        os.close(folder)


def is_mine(peer: socket.socket) -> bool:
    """Say whether the process at the other end is of the same user."""
    credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, user, _ = struct.unpack("3i", credentials)
    return bool(user == os.getuid())


def question(photos: Sequence[Path]) -> bytes:
    """Return the line that asks for photos."""
    return json.dumps([str(photo) for photo in photos]).encode() + b"\n"


def asked_for(line: bytes) -> list[Path]:
    """Return the photos that a line asks for.

    Raises:
        ValueError: it is no such line.
    """
    asked = json.loads(line)
    if not isinstance(asked, list) or not all(isinstance(one, str) for one in asked):
        raise ValueError(line[:100])
    return [Path(one) for one in asked]


def answer(outcome: Outcome) -> bytes:
    """Return the line that says what became of a photo."""
    return json.dumps(asdict(outcome)).encode() + b"\n"


def answered(line: bytes) -> Outcome:
    """Return what a line says.

    Raises:
        ValueError: it is no such line.
    """
    try:
        return Outcome(**json.loads(line))
    except TypeError as exc:
        raise ValueError(line[:100]) from exc
