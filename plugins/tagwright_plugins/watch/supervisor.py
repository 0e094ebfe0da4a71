"""Tells systemd how the daemon is: readiness, watchdog and one line of status, as sd_notify(3).

The protocol is one datagram a message; packages for it need a compiler or are no longer kept.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections.abc import Mapping

from tagwright_plugins.watch.observing import Observed

_log = logging.getLogger(__name__)
_MICRO = 1_000_000
_PATIENCE = 0.5  # s that a message may wait where systemd is busy
_LONGEST = 500  # characters of a status


class Supervisor:
    """Systemd, where it started us; else nobody, and every message goes nowhere."""

    def __init__(self, address: str | None, watchdog: float | None = None) -> None:
        """``address`` is a path, or ``@`` and an abstract name; ``watchdog`` its limit in s."""
        self._address = address
        self.watchdog = watchdog if address else None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Supervisor:
        """Find the socket and the limit that systemd has set for this process."""
        limit = environ.get("WATCHDOG_USEC", "")
        mine = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        seconds = int(limit) / _MICRO if mine and limit.isdecimal() and int(limit) else None
        return cls(environ.get("NOTIFY_SOCKET"), seconds)

    def ready(self, status: str) -> None:
        """Say that the daemon is ready, also after it has read its configuration anew."""
        self._send("READY=1", f"STATUS={_line(status)}")

    def status(self, status: str) -> None:
        """Say what the daemon is doing, for ``systemctl status``."""
        self._send(f"STATUS={_line(status)}")

    def reloading(self) -> None:
        """Say that the configuration is being read anew; ``ready`` ends it."""
        self._send("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """Say that the daemon is finishing what is in hand."""
        self._send("STOPPING=1", "STATUS=Finishing what is in hand.")

    async def guard(self, observed: Observed) -> None:
        """Pat the watchdog as long as the daemon's loop turns; runs until cancelled."""
        if self.watchdog is None:
            return
        while True:
            if observed().alive:
                self._send("WATCHDOG=1")
            await asyncio.sleep(self.watchdog / 3)

    def _send(self, *lines: str) -> None:
        if not self._address:
            return
        name = self._address
        if name.startswith("@"):
            name = "\0" + name[1:]
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
                out.settimeout(_PATIENCE)  # a full queue must not hold the daemon up for long
                out.sendto("\n".join(lines).encode(), name)
        except OSError as exc:
            _log.warning("systemd cannot be told %s: %s", lines[0], exc.strerror or exc)


def _line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]
