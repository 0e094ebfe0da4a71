"""Ending what stays behind a command, for the tests that have it start."""

from __future__ import annotations

import os
import select
import signal
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tagwright_plugins.digikam.resident.protocol import address


@contextmanager
def ending(state: Path) -> Iterator[None]:
    """End the resident process of a state directory, if there is one, with the block."""
    try:
        yield
    finally:
        pid = find(state)
        if pid is not None:
            ended = os.pidfd_open(pid)
            os.kill(pid, signal.SIGTERM)
            assert select.select([ended], [], [], 30)[0], "it does not end"
            os.close(ended)


def find(state: Path) -> int | None:
    """Return the number of the resident process; None: there is none."""
    with socket.socket(socket.AF_UNIX) as peer, address(state) as where:
        if peer.connect_ex(str(where)):
            return None
        credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        return int(struct.unpack("3i", credentials)[0])
