"""The end that workflows call. What is told there is trusted no further than an asset's id."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Mapping
from uuid import UUID

from aiolimiter import AsyncLimiter
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from tagwright_adapters.immich.listening import Announce
from tagwright_plugins.immich.receiving.hooks import HEADER, hook_path

_LONGEST = 64 * 1024  # bytes
_PATIENCE = 10.0  # s for the whole of a body
_BURST = 2_000  # calls at once: a phone that comes home causes two or three for each photo
_STRANGERS = 20  # those without the secret
_REFILL = 20.0  # s until as many are taken again


class _Asset(BaseModel):
    id: UUID


class _Data(BaseModel):
    asset: _Asset | None = None  # other triggers may tell of other things


class _Told(BaseModel):
    data: _Data


class _TooLongError(Exception):
    """The body has no end in sight."""


def webhook(account: str, secret: str, announce: Announce, *, burst: int = _BURST) -> Route:
    """Return the route of an account's workflows.

    Answers 204 where an id was taken, 403 to those without the secret, 429 with ``Retry-After``
    above the rate, 413 and 408 where a body is too long or too slow, 400 where it is no event.
    Whatever is turned away is found by polling.

    Args:
        account: Its name, the last part of the path.
        secret: What the header :data:`HEADER` must hold.
        announce: Is called in the event loop.
        burst: Calls that are taken at once.
    """
    digest = _digest(secret)
    # Strangers have a measure of their own, so that they cannot keep Immich out.
    known, strangers = AsyncLimiter(burst, _REFILL), AsyncLimiter(_STRANGERS, _REFILL)

    async def receive(request: Request) -> Response:
        right = hmac.compare_digest(_digest(request.headers.get(HEADER, "")), digest)
        limiter = known if right else strangers
        if not limiter.has_capacity():
            return _refusal(429, {"retry-after": "1"})
        await limiter.acquire()
        if not right:
            return _refusal(403)
        return await _take(request, announce)

    return Route(hook_path(account), receive, methods=["POST"])


async def _take(request: Request, announce: Announce) -> Response:
    try:
        async with asyncio.timeout(_PATIENCE):
            told = _Told.model_validate_json(await _body(request))
    except _TooLongError:
        return _refusal(413)
    except TimeoutError:
        return _refusal(408)
    except (ValidationError, ClientDisconnect):
        return _refusal(400)
    if told.data.asset is not None:
        announce([str(told.data.asset.id)])
    return Response(status_code=204)


async def _body(request: Request) -> bytes:
    """Read the body piece by piece: what its length is said to be may be wrong."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST:
            raise _TooLongError
    return body


def _refusal(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer after which the rest of the body, if any, is not even passed over."""
    return Response(status_code=status, headers={"connection": "close", **(headers or {})})


def _digest(words: str) -> bytes:
    return hashlib.sha256(words.encode()).digest()
