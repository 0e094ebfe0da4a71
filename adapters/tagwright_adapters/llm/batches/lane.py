"""A language model that answers in batches."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from tagwright.errors import (
    TaggerAnswerError,
    TaggerError,
    TaggerRefusedError,
    TaggerUnavailableError,
)
from tagwright.model import Answer, Facts, Rendition, Usage
from tagwright.ports import BatchLimits, BatchState
from tagwright_adapters.llm.answer import Reader
from tagwright_adapters.llm.batches.limits import LIMITS
from tagwright_adapters.llm.exchange import Question, Reply
from tagwright_adapters.llm.target import Target, quote

if TYPE_CHECKING:
    from tagwright_adapters.llm.batches.api import BatchApi, Line
    from tagwright_adapters.llm.batches.rehearsal import Rehearsal

T = TypeVar("T")

_BLANK = Rendition(b"", 1, 1)


class LlmBatches:
    """See :class:`tagwright.ports.BatchTagger`.

    A reply that cannot be read is not repaired, and no second question about labels follows: what
    the first one says of a photo is all that a batch brings.
    """

    def __init__(
        self, target: Target, ask: Callable[[Rendition, Facts], Question], reader: Reader
    ) -> None:
        """``ask`` makes the question about one photo, ``reader`` reads the replies to it."""
        self._target = target
        self._ask = ask
        # How replies are read does not depend on the photo.
        self._form = replace(ask(_BLANK, Facts("")), rendition=None)
        self._reader = reader
        self._opening = asyncio.Lock()
        self._opened: tuple[BatchApi, Rehearsal] | None = None

    @property
    def batch_limits(self) -> BatchLimits:
        """What one batch may hold."""
        return LIMITS[self._target.scheme]

    async def encode(self, custom_id: str, rendition: Rendition, facts: Facts) -> bytes:
        """Return the very request that the photo would go out in by itself."""
        api, rehearsal = await self._open()
        return api.wrap(custom_id, await rehearsal.request(self._ask(rendition, facts)))

    async def submit(self, requests: BinaryIO, label: str) -> str:
        """Hand over encoded requests."""
        api, _ = await self._open()
        return await self._translated(api.submit(requests, label))

    async def find(self, label: str, requests: int, since: float, known: frozenset[str]) -> str:
        """Look up a batch at the service."""
        api, _ = await self._open()
        return await self._translated(api.find(label, requests, since, known))

    async def poll(self, service_id: str) -> BatchState:
        """Say how a batch gets on."""
        api, _ = await self._open()
        state = await self._translated(api.poll(service_id))
        return replace(state, reason=quote(state.reason, self._target)) if state.reason else state

    async def collect(self, service_id: str) -> AsyncIterator[tuple[str, Answer | TaggerError]]:
        """Yield what came of each photo."""
        api, rehearsal = await self._open()
        async with aclosing(api.objects(service_id)) as found:
            while (entry := await self._translated(anext(found, None))) is not None:
                line = api.read(entry)
                if line is not None:
                    yield line.custom_id, await self._outcome(line, rehearsal)

    async def cancel(self, service_id: str) -> None:
        """Ask to stop a batch."""
        api, _ = await self._open()
        await self._translated(api.cancel(service_id))

    async def aclose(self) -> None:
        """Close connections."""
        if self._opened is not None:
            for one in self._opened:
                await one.aclose()
            self._opened = None

    async def _outcome(self, line: Line, rehearsal: Rehearsal) -> Answer | TaggerError:
        try:
            body = json.dumps(line.body).encode()
            reply = await rehearsal.reply(self._form, line.status, body)
        except TaggerUnavailableError as exc:
            return _unreadable(exc) if line.status < 400 else exc
        except TaggerError as exc:
            return exc
        return self._read(reply)

    def _read(self, reply: Reply) -> Answer | TaggerError:
        usage = self._reduced(reply.usage)
        error: TaggerError
        if reply.refusal is not None:
            said = quote(reply.refusal, self._target)
            error = TaggerRefusedError(f"{reply.model} declined to look at this photo: {said}")
            error.usage = usage
            return error
        reading = self._reader.read(reply.text)
        if reading is None:
            said = quote(reply.text, self._target)
            error = TaggerAnswerError(f"{reply.model} gave no usable answer, but {said}")
            error.usage = usage
            return error
        return Answer(reading.observations, reply.model, reading.caption, reading.alt_text, usage)

    def _reduced(self, usage: Usage) -> Usage:
        """Return what was paid: the price list is that of the ordinary lane."""
        if usage.cost is None:
            return usage
        share: Decimal = 1 - self.batch_limits.discount
        return replace(usage, cost=usage.cost * share)

    async def _translated(self, work: Awaitable[T]) -> T:
        _, rehearsal = await self._open()
        try:
            return await work
        except Exception as exc:  # noqa: BLE001 - whatever the clients make of hostile replies
            error = await rehearsal.failure(exc)
        raise error from error.__cause__

    async def _open(self) -> tuple[BatchApi, Rehearsal]:
        async with self._opening:
            if self._opened is None:
                make_api, make_rehearsal = await asyncio.to_thread(_load, self._target.scheme)
                self._opened = make_api(self._target), make_rehearsal(self._target)
        return self._opened


def _unreadable(exc: TaggerError) -> TaggerError:
    """Return the error for what was answered, and therefore paid, but not as the API has it."""
    error = TaggerAnswerError(exc.message)
    error.usage = Usage(requests=1, cost=None)
    return error


def _load(scheme: str) -> tuple[Callable[[Target], BatchApi], type[Rehearsal]]:
    # The client libraries take seconds; nothing but a batch is worth them.
    from tagwright_adapters.llm.batches.rehearsal import Rehearsal  # noqa: PLC0415

    if scheme == "anthropic":
        from tagwright_adapters.llm.batches.anthropic import AnthropicBatches  # noqa: PLC0415

        return AnthropicBatches, Rehearsal
    from tagwright_adapters.llm.batches.openai import OpenAiBatches  # noqa: PLC0415

    return OpenAiBatches, Rehearsal
