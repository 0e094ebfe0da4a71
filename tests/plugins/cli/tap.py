"""A tap on the wire: passes everything on to a server and keeps every byte that is sent there."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from typing import Self
from urllib.parse import urlsplit


class Tap:
    """Listens in front of a server on loopback for as long as the block lasts."""

    def __init__(self, url: str) -> None:
        self._kept = bytearray()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._server.target = (urlsplit(url).hostname or "", urlsplit(url).port or 80)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def sent(self) -> bytes:
        """All that clients sent, of all connections together."""
        with self._lock:
            return bytes(self._kept)

    def keep(self, data: bytes) -> None:
        """Keep what a connection sent; whole, as connections may be used side by side."""
        with self._lock:
            self._kept += data

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = False  # so that closing waits for what is under way
    owner: Tap
    target: tuple[str, int]


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        with socket.create_connection(self.server.target) as upstream:
            back = threading.Thread(target=_pass_on, args=(upstream, self.request))
            back.start()
            self.server.owner.keep(_pass_on(self.request, upstream))
            back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> bytes:
    """Pass on until one side hangs up; return all that went by."""
    kept = bytearray()
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            kept += data
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
    return bytes(kept)
