"""Anthropic's message batches: one large request, and a file of results."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import BinaryIO

from anthropic import APIStatusError, AsyncAnthropic, NotFoundError
from anthropic.types.messages import MessageBatch

from tagwright.ports import BatchState, BatchStatus
from tagwright_adapters.llm.batches.api import Line
from tagwright_adapters.llm.batches.lines import objects
from tagwright_adapters.llm.connection import open_http
from tagwright_adapters.llm.target import Target

_HEAD, _TAIL = b'{"requests":[', b"]}"
_CHUNK = 1 << 18  # bytes
# The status that a request of its own would have got (docs.claude.com, errors).
_STATUSES = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}


class AnthropicBatches:
    """See :class:`~tagwright_adapters.llm.batches.api.BatchApi`."""

    def __init__(self, target: Target) -> None:
        self._http = open_http(target)
        self._client = AsyncAnthropic(
            api_key=target.key, base_url=target.base_url, http_client=self._http, max_retries=0
        )

    def wrap(self, custom_id: str, body: bytes) -> bytes:
        """Return an entry of the list of requests."""
        return json.dumps({"custom_id": custom_id}).encode()[:-1] + b', "params": ' + body + b"}"

    async def submit(self, requests: BinaryIO, label: str) -> str:  # noqa: ARG002 - it has no place there
        """Send all requests in one, piece by piece."""
        size = requests.seek(0, 2)
        requests.seek(0)
        batch = await self._client.post(
            "/v1/messages/batches",
            content=_body(requests),
            cast_to=MessageBatch,
            options={
                "headers": {
                    "Content-Type": "application/json",
                    "Content-Length": str(len(_HEAD) + size - 1 + len(_TAIL)),
                }
            },
        )
        return batch.id

    async def find(self, label: str, requests: int, since: float, known: frozenset[str]) -> str:  # noqa: ARG002 - as above
        """Look for the oldest batch of that time that has as many requests and is not known.

        A batch keeps no name of ours. Should it be somebody else's, none of its answers is taken.
        """
        found = ""
        async for batch in self._client.messages.batches.list(limit=100):
            if batch.created_at.timestamp() < since:
                break
            if batch.id not in known and _size(batch) == requests:
                found = batch.id
        return found

    async def poll(self, service_id: str) -> BatchState:
        """Say how a batch gets on; requests are counted at its end only."""
        try:
            batch = await self._client.messages.batches.retrieve(service_id)
        except NotFoundError:
            return BatchState(BatchStatus.GONE)
        return BatchState(_status(batch), 0, batch.expires_at.timestamp())

    async def objects(self, service_id: str) -> AsyncGenerator[dict[str, object], None]:
        """Yield the lines of results."""
        batches = self._client.messages.batches.with_streaming_response
        async with batches.results(service_id) as response:
            async for found in objects(response.iter_bytes()):
                yield found

    def read(self, found: dict[str, object]) -> Line | None:
        """Return what a line says."""
        custom, result = found.get("custom_id"), found.get("result")
        if not isinstance(custom, str) or not isinstance(result, dict):
            return None
        if result.get("type") == "succeeded":
            return Line(custom, 200, result.get("message"))
        if result.get("type") != "errored":
            return None  # expired or cancelled
        error = result.get("error")
        return Line(custom, _STATUSES.get(_kind(error), 500), error)

    async def cancel(self, service_id: str) -> None:
        """Ask to stop a batch; one that is through stays as it is."""
        try:
            await self._client.messages.batches.cancel(service_id)
        except APIStatusError as exc:
            if exc.status_code not in (400, 404, 409):
                raise

    async def aclose(self) -> None:
        """Close connections."""
        await self._http.aclose()


async def _body(requests: BinaryIO) -> AsyncIterator[bytes]:
    """Turn lines into a JSON list, with commas in the place of line breaks."""
    yield _HEAD
    before = b""
    while chunk := requests.read(_CHUNK):
        yield before
        before = chunk.replace(b"\n", b",")
    yield before[:-1]
    yield _TAIL


def _kind(error: object) -> str:
    inner = error.get("error") if isinstance(error, dict) else None
    return str(inner.get("type")) if isinstance(inner, dict) else ""


def _size(batch: MessageBatch) -> int:
    counts = batch.request_counts
    return counts.processing + counts.succeeded + counts.errored + counts.canceled + counts.expired


def _status(batch: MessageBatch) -> BatchStatus:
    if batch.processing_status != "ended":
        return BatchStatus.RUNNING
    if batch.results_url is None:
        return BatchStatus.GONE
    if batch.request_counts.canceled:
        return BatchStatus.CANCELLED
    return BatchStatus.EXPIRED if batch.request_counts.expired else BatchStatus.ENDED
