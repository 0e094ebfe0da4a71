"""Fetching a model once: resumable, checked, and complete or not there at all."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tagwright.errors import ConfigurationError, MissingProgramError, StateError
from tagwright.ports import Progress
from tagwright_adapters.clip.layout import missing
from tagwright_adapters.clip.partial import DamagedError, Partial, Stopped, read_sums

_TRIES = 4  # in a row without a byte more
_SUMS = "SHA256SUMS"  # as the program sha256sum writes it; most places have none


@dataclass(frozen=True, slots=True)
class Source:
    """Where the files of a model are."""

    model: str
    template: str  # address with {model} and {path}
    timeout: float = 60.0  # s without a byte
    pause: float = 1.0  # s before the next try; doubled each time

    def address(self, path: str) -> str:
        """Return where a file is."""
        return self.template.replace("{model}", self.model).replace("{path}", path)

    @property
    def host(self) -> str:
        """Who is asked, for people."""
        return urlsplit(self.template).hostname or self.template


async def fetch(source: Source, folder: Path, progress: Progress) -> None:
    """Bring the files of a model that a folder lacks, or do nothing.

    Each stands there under its name only when it is complete and checked: by SHA-256 where the
    place publishes it, else by its size. What is cut off is taken up where it ended, also by a
    later call.

    Raises:
        ConfigurationError: the place has no such model.
        MissingProgramError: the place cannot be reached, or what it sends is damaged.
        StateError: the disk does not take it.
    """
    if not missing(folder):
        return
    timeout = httpx.Timeout(source.timeout)
    try:
        with _alone(folder, source):
            async with httpx.AsyncClient(timeout=timeout, follow_redirects=True) as http:
                getting = _Getting(source, http, progress)
                sums = await getting.sums()
                for name in missing(folder):
                    await getting.file(name, folder / name, sums.get(name))
    except OSError as exc:
        msg = f"the model {source.model!r} cannot be kept in {folder}: {exc.strerror}."
        raise StateError(msg, cure="Make room there, or set another state directory.") from exc


class _Getting:
    """One visit to a place."""

    def __init__(self, source: Source, http: httpx.AsyncClient, progress: Progress) -> None:
        self._source = source
        self._http = http
        self._progress = progress

    async def sums(self) -> dict[str, str]:
        """Return the published SHA-256 of files by name, as far as there are any."""
        try:
            response = await self._http.get(self._source.address(_SUMS))
        except httpx.HTTPError:
            return {}  # whether the place can be reached is found out by what is needed
        return read_sums(response.text) if response.status_code == httpx.codes.OK else {}

    async def file(self, name: str, target: Path, sha256: str | None) -> None:
        """Bring one file, however often the line breaks off as long as each try brings more."""
        partial = Partial(target)
        fails = 0
        while True:
            had = partial.size
            try:
                await self._try(name, partial, sha256)
                partial.finish()
            except (httpx.HTTPError, Stopped) as exc:
                fails = 0 if partial.size > had else fails + 1
                if fails >= _TRIES:
                    raise self._failed(name, str(exc) or type(exc).__name__) from exc
                await asyncio.sleep(self._source.pause * 2**fails)
            except DamagedError as exc:
                partial.discard()
                if not had:
                    raise self._failed(name, str(exc)) from exc
            else:
                return

    async def _try(self, name: str, partial: Partial, sha256: str | None) -> None:
        headers = {"accept-encoding": "identity", **partial.request_headers()}
        async with self._http.stream("GET", self._source.address(name), headers=headers) as got:
            self._check(got, name)
            total = partial.begin(got, sha256)
            what = f"{self._source.model}/{name}"
            with partial.opened() as file:
                async for chunk in got.aiter_raw():
                    file.write(chunk)
                    self._progress(what, file.tell(), total or file.tell())

    def _check(self, response: httpx.Response, name: str) -> None:
        status = response.status_code
        if status in (401, 403, 404, 410):
            msg = f"{self._source.host} has no file {name} of a model {self._source.model!r}"
            cure = "Check the model's name, and download_from; or name a folder."
            raise ConfigurationError(f"{msg} ({status}).", cure=cure)
        if status not in (200, 206, 416):
            raise Stopped(f"the answer is {status}")
        if "html" in response.headers.get("content-type", ""):
            raise self._failed(name, "a web page came instead")

    def _failed(self, name: str, why: str) -> MissingProgramError:
        msg = f"{name} of the model {self._source.model!r} cannot be fetched from"
        cure = "The same command goes on where this one ended; or name a folder with the model."
        return MissingProgramError(f"{msg} {self._source.host}: {why}.", cure=cure)


@contextmanager
def _alone(folder: Path, source: Source) -> Iterator[None]:
    """Keep a second process from writing to the same files."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as exc:
        msg = f"another command is just fetching the model {source.model!r}."
        raise MissingProgramError(msg, cure="Run this one again when that is done.") from exc
    finally:
        os.close(handle)
