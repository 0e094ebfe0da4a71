"""The ordinary way to a model with nobody at its other end.

What it would send of a photo is what goes into a batch, and what comes out of a batch is read as if
it had come that way. So both lanes ask and read alike, whatever the client libraries do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import httpx2

from tagwright.errors import TaggerError, TaggerUnavailableError
from tagwright_adapters.llm import failures
from tagwright_adapters.llm.connection import Connection
from tagwright_adapters.llm.exchange import Question, Reply
from tagwright_adapters.llm.target import Target

_BARE = Question(None, "batch", 256)


class _Stage(httpx2.AsyncBaseTransport):
    """Notes what is sent, and plays what is to come back."""

    def __init__(self) -> None:
        self.sent = b""
        self.requests = 0
        self.plays: httpx2.Response | Exception = httpx2.ConnectError("a rehearsal")

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests += 1
        self.sent = await request.aread()
        if isinstance(self.plays, Exception):
            raise self.plays
        return self.plays


class Rehearsal:
    """Turns questions into requests, and responses into replies or errors of ours."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._stage = _Stage()
        self._connection = Connection(target, self._stage)
        self._turn = asyncio.Lock()

    async def request(self, question: Question) -> bytes:
        """Return the body of the request that a question would go out in: JSON."""
        async with self._turn:
            self._stage.plays = httpx2.ConnectError("a rehearsal")
            try:
                await self._connection.ask(question)
            except TaggerError:
                return self._stage.sent
        raise AssertionError("a question was answered by nobody")

    async def reply(self, question: Question, status: int, body: bytes) -> Reply:
        """Return what a response says.

        Raises:
            TaggerError: what such a response means in the ordinary lane.
        """
        headers = {"Content-Type": "application/json"}
        async with self._turn:
            self._stage.plays = httpx2.Response(status, headers=headers, content=body)
            self._stage.requests = 0
            try:
                return await self._connection.ask(question)
            except TaggerError as exc:
                if self._stage.requests == 1:
                    raise
                # The connection has moved on to another form of answers.
                raise TaggerUnavailableError(
                    f"{self._target.model} does not hand in answers in the form that was asked"
                    " for; another one is tried next."
                ) from exc

    async def failure(self, exc: Exception) -> TaggerError:
        """Return our error for one of the client libraries, as the ordinary lane has it."""
        played = _played(exc)
        if played is None:
            return failures.translate(exc, self._target)
        async with self._turn:
            self._stage.plays = played
            try:
                await self._connection.ask(_BARE)
            except TaggerError as error:
                return error
        return failures.translate(exc, self._target)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._connection.aclose()


def status_of(exc: Exception) -> int | None:
    """Return the HTTP status of a client library's error, if it has one."""
    response = getattr(exc, "response", None)
    return response.status_code if isinstance(response, httpx2.Response) else None


def _played(exc: Exception) -> httpx2.Response | Exception | None:
    response = getattr(exc, "response", None)
    if isinstance(response, httpx2.Response) and response.status_code >= 400:
        return httpx2.Response(
            response.status_code, headers=_kept(response.headers), content=_content(response)
        )
    for error in (exc, exc.__cause__):
        if isinstance(error, httpx2.TransportError):
            return error
    return None


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """Leave out what describes the bytes on the wire."""
    wire = ("content-encoding", "content-length", "transfer-encoding")
    return {name: value for name, value in headers.items() if name.lower() not in wire}


def _content(response: httpx2.Response) -> bytes:
    try:
        return response.content
    except httpx2.ResponseNotRead:
        return b""
