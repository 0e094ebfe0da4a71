"""A file that has not arrived completely yet."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import BinaryIO

import httpx

_SUM = re.compile(r"^([0-9a-fA-F]{64}) [ *](?:\./)?(.+)$")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Stopped(Exception):  # noqa: N818 - never leaves this package
    """The transfer ended before its end."""


class DamagedError(Exception):
    """What arrived is not what was sent."""


class Partial:
    """The part of ``target`` that is there, in ``target.part``.

    Beside it, in ``target.part.tag``, stands the sender's name for this version of the file, so
    that parts of two versions are never put together.
    """

    def __init__(self, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        self._target = target
        self._path = target.with_name(target.name + ".part")
        self._tag = target.with_name(target.name + ".part.tag")
        self._mode = "wb"
        self._total: int | None = None  # bytes
        self._sha256: str | None = None

    @property
    def size(self) -> int:
        """How many bytes are there."""
        return self._path.stat().st_size if self._path.is_file() else 0

    def request_headers(self) -> dict[str, str]:
        """Return what asks for the rest only, if this version is still the one."""
        if not self.size or not self._tag.is_file():
            return {}
        return {"range": f"bytes={self.size}-", "if-range": self._tag.read_text("utf-8")}

    def begin(self, response: httpx.Response, sha256: str | None) -> int | None:
        """Get ready for what a response brings; return the whole file's size if it is told.

        Raises:
            Stopped: it brings nothing that can be used; the next try begins anew.
        """
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            self.discard()
            raise Stopped("there is no such part")
        resumed = response.status_code == httpx.codes.PARTIAL_CONTENT
        if resumed and not _begins(response, self.size):
            self.discard()
            raise Stopped("another part came than was asked for")
        self._mode = "ab" if resumed else "wb"
        length = response.headers.get("content-length", "")
        had = self.size if resumed else 0
        self._total = had + int(length) if length.isdecimal() else None
        self._sha256 = sha256 or _published(response)
        etag = response.headers.get("etag", "")
        if etag and not etag.startswith("W/"):
            self._tag.write_text(etag, "utf-8")
        else:
            self._tag.unlink(missing_ok=True)
        return self._total

    def opened(self) -> BinaryIO:
        """Open it for what comes next."""
        return self._path.open(self._mode)  # type: ignore[return-value]

    def finish(self) -> None:
        """Check the file and give it its name.

        Raises:
            Stopped: it is too short.
            DamagedError: it is not what was published.
        """
        if self._total is not None and self.size < self._total:
            raise Stopped(f"{self.size:,} of {self._total:,} bytes came")
        with self._path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        if self._sha256 is not None and found != self._sha256:
            raise DamagedError(f"its SHA-256 is {found} instead of {self._sha256}")
        if self._sha256 is None and self._total is not None and self.size != self._total:
            raise DamagedError(f"it has {self.size:,} bytes instead of {self._total:,}")
        os.replace(self._path, self._target)
        self._tag.unlink(missing_ok=True)

    def discard(self) -> None:
        """Forget what is there."""
        self._path.unlink(missing_ok=True)
        self._tag.unlink(missing_ok=True)


def read_sums(text: str) -> dict[str, str]:
    """Return the checksums in a file as the program ``sha256sum`` writes it, by name."""
    lines = (_SUM.match(line) for line in text.splitlines())
    return {line[2]: line[1].lower() for line in lines if line}


def _begins(response: httpx.Response, at: int) -> bool:
    return str(response.headers.get("content-range", "")).startswith(f"bytes {at}-")


def _published(response: httpx.Response) -> str | None:
    """Return the SHA-256 that Hugging Face tells before it sends on to where a large file is."""
    for one in (*response.history, response):
        tag = one.headers.get("x-linked-etag", "").strip('"').lower()
        if _SHA256.fullmatch(tag):
            return str(tag)
    return None
