"""A server of files on loopback that breaks off, sends on, and serves parts."""

from __future__ import annotations

import hashlib
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class FileServer:
    """Serves a folder under ``/files/MODEL/``; what is to go wrong is set by the test."""

    def __init__(self, folder: Path, model: str) -> None:
        self.folder = folder
        self.model = model
        self.cuts: dict[str, list[int]] = {}  # by file: after how many bytes each try ends
        self.status: dict[str, int] = {}  # by file, instead of it
        self.page = False  # a web page instead of every file
        self.ranges = True
        self.etags = True
        self.hub = False  # sends on to where files are, telling their SHA-256
        self.sums: str | None = None  # content of SHA256SUMS
        self.asked: list[tuple[str, str | None]] = []  # file and range
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def template(self) -> str:
        """Address with places for model and file."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/files/{{model}}/{{path}}"

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def sha256(self, name: str) -> str:
        """Return the checksum of a file."""
        return hashlib.sha256((self.folder / name).read_bytes()).hexdigest()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    owner: FileServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Be silent when a client hangs up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        owner = self.server.owner
        place, model, name = self.path.removeprefix("/").split("/", 2)
        if name == "SHA256SUMS" and owner.sums is not None:
            self._send(200, owner.sums.encode(), {})
            return
        file = owner.folder / name
        if model != owner.model or not file.is_file():
            self._send(404, b"Not Found", {})
            return
        if owner.hub and place == "files":
            tag = {"X-Linked-Etag": f'"{owner.sha256(name)}"', "Location": f"/cdn/{model}/{name}"}
            self._send(302, b"", tag)
            return
        owner.asked.append((name, self.headers.get("range")))
        if status := owner.status.get(name):
            self._send(status, b"trouble", {})
        elif owner.page:
            self._send(200, b"<html>Sign in", {"Content-Type": "text/html"})
        else:
            self._file(name, file.read_bytes())

    def _file(self, name: str, content: bytes) -> None:
        owner = self.server.owner
        etag = f'"{hashlib.md5(content).hexdigest()}"'
        headers = {"ETag": etag} if owner.etags else {}
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("range") or "")
        status, begins = 200, 0
        if wanted and owner.ranges and self.headers.get("if-range") == etag:
            begins = int(wanted[1])
            status = 206 if begins < len(content) else 416
            headers["Content-Range"] = f"bytes {begins}-{len(content) - 1}/{len(content)}"
        body = content[begins:] if status != 416 else b""
        cuts = owner.cuts.get(name)
        self._send(status, body, headers, cut=cuts.pop(0) if cuts else None)

    def _send(
        self, status: int, body: bytes, headers: dict[str, str], cut: int | None = None
    ) -> None:
        head = f"HTTP/1.1 {status} Status\r\nContent-Length: {len(body)}\r\n"
        for key, value in headers.items():
            head += f"{key}: {value}\r\n"
        if cut is not None:
            body = body[:cut]
            self.close_connection = True
        self.wfile.write(head.encode() + b"\r\n" + body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""
