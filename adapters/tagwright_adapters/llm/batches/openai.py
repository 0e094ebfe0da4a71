"""OpenAI's batches: a file of requests goes up, files of answers come down."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import BinaryIO, Literal

from openai import APIError, APIStatusError, AsyncOpenAI, NotFoundError
from openai.types import Batch

from tagwright.ports import BatchState, BatchStatus
from tagwright_adapters.llm.batches.api import Line
from tagwright_adapters.llm.batches.lines import objects
from tagwright_adapters.llm.connection import open_http
from tagwright_adapters.llm.target import Target

logger = logging.getLogger(__name__)

_ENDPOINT: Literal["/v1/chat/completions"] = "/v1/chat/completions"
_OURS = "tagwright"  # the key of our label among a batch's metadata
_KEPT = 3 * 86_400  # s that the pictures are kept at most, should they not be deleted before
_STATUSES = {
    "completed": BatchStatus.ENDED,
    "expired": BatchStatus.EXPIRED,
    "cancelled": BatchStatus.CANCELLED,
    "failed": BatchStatus.REJECTED,
}
_NOT_LOOKED_AT = ("batch_expired", "batch_cancelled")


class OpenAiBatches:
    """See :class:`~tagwright_adapters.llm.batches.api.BatchApi`."""

    def __init__(self, target: Target) -> None:
        self._http = open_http(target)
        self._client = AsyncOpenAI(
            api_key=target.key or "none",
            base_url=target.base_url,
            http_client=self._http,
            max_retries=0,
        )

    def wrap(self, custom_id: str, body: bytes) -> bytes:
        """Return a line of the file of requests."""
        head = {"custom_id": custom_id, "method": "POST", "url": _ENDPOINT}
        return json.dumps(head).encode()[:-1] + b', "body": ' + body + b"}"

    async def submit(self, requests: BinaryIO, label: str) -> str:
        """Upload the file, and begin a batch with it."""
        file = await self._client.files.create(
            file=(f"{label}.jsonl", requests, "application/jsonl"),
            purpose="batch",
            expires_after={"anchor": "created_at", "seconds": _KEPT},
        )
        try:
            batch = await self._client.batches.create(
                input_file_id=file.id,
                endpoint=_ENDPOINT,
                completion_window="24h",
                metadata={_OURS: label},
            )
        except APIStatusError as exc:
            if exc.status_code < 500:  # else there may be a batch that reads it
                await self._delete(file.id)
            raise
        return batch.id

    async def find(self, label: str, requests: int, since: float, known: frozenset[str]) -> str:  # noqa: ARG002 - of the interface
        """Look through the batches of that time for the one with our label."""
        async for batch in self._client.batches.list(limit=100):
            if batch.created_at < since:
                break
            if (batch.metadata or {}).get(_OURS) == label:
                return batch.id
        return ""

    async def poll(self, service_id: str) -> BatchState:
        """Say how a batch gets on."""
        try:
            batch = await self._client.batches.retrieve(service_id)
            status = _STATUSES.get(batch.status, BatchStatus.RUNNING)
            if status is not BatchStatus.RUNNING:
                for file in _results(batch):
                    await self._client.files.retrieve(file)
        except NotFoundError:
            return BatchState(BatchStatus.GONE)
        counts = batch.request_counts
        done = counts.completed + counts.failed if counts else 0
        return BatchState(status, done, batch.expires_at, _reason(batch))

    async def objects(self, service_id: str) -> AsyncGenerator[dict[str, object], None]:
        """Yield the lines of answers and errors; afterwards the pictures are deleted there."""
        batch = await self._client.batches.retrieve(service_id)
        for file in _results(batch):
            async with self._client.files.with_streaming_response.content(file) as response:
                async for found in objects(response.iter_bytes()):
                    yield found
        await self._delete(batch.input_file_id)

    def read(self, found: dict[str, object]) -> Line | None:
        """Return what a line says."""
        custom, response, error = (found.get(one) for one in ("custom_id", "response", "error"))
        if not isinstance(custom, str):
            return None
        if isinstance(response, dict) and isinstance(response.get("status_code"), int):
            return Line(custom, response["status_code"], response.get("body"))
        if isinstance(error, dict) and error.get("code") in _NOT_LOOKED_AT:
            return None
        return Line(custom, 500, {"error": error})

    async def cancel(self, service_id: str) -> None:
        """Ask to stop a batch; one that is through stays as it is."""
        try:
            await self._client.batches.cancel(service_id)
        except APIStatusError as exc:
            if exc.status_code not in (400, 404, 409):
                raise

    async def aclose(self) -> None:
        """Close connections."""
        await self._http.aclose()

    async def _delete(self, file_id: str) -> None:
        with suppress(APIError):  # it expires by itself
            await self._client.files.delete(file_id)


def _results(batch: Batch) -> list[str]:
    return [one for one in (batch.output_file_id, batch.error_file_id) if one]


def _reason(batch: Batch) -> str:
    errors = batch.errors.data if batch.errors and batch.errors.data else []
    return "; ".join(one.message for one in errors[:3] if one.message)
