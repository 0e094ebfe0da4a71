"""What can go wrong between Immich's machine learning and us, in words that help."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from tagwright.errors import (
    TaggerAnswerError,
    TaggerError,
    TaggerSetupError,
    TaggerUnavailableError,
)
from tagwright.taxonomy.labels import printable
from tagwright_adapters.immich.address import shown

_LONGEST_QUOTE = 200  # characters
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_ADDRESS = "Set base_url to the address of Immich's machine learning, as Immich's settings have it."


@dataclass(frozen=True, slots=True)
class Place:
    """What was asked, and where."""

    address: str
    model: str

    @property
    def service(self) -> str:
        """How messages call the service."""
        return f"Immich's machine learning at {shown(self.address)}"


@asynccontextmanager
async def translated(place: Place, limit: float) -> AsyncIterator[None]:
    """Allow ``limit`` seconds and turn failures without a response into our errors."""
    try:
        async with asyncio.timeout(limit):  # httpx's own begins anew with each byte
            yield
    except (TimeoutError, httpx.TimeoutException) as exc:
        reached = not isinstance(exc, httpx.ConnectTimeout)
        what = f"has not answered within {limit:g} s." if reached else "cannot be reached."
        raise TaggerUnavailableError(f"{place.service} {what}") from exc
    except httpx.ConnectError as exc:
        msg = f"{place.service} cannot be reached: {str(exc) or type(exc).__name__}."
        raise TaggerUnavailableError(msg, cure=_ADDRESS) from exc
    except (httpx.HTTPError, httpx.InvalidURL) as exc:
        msg = f"{place.service} broke off the connection: {str(exc) or type(exc).__name__}."
        raise TaggerUnavailableError(msg) from exc


def checked(response: httpx.Response, place: Place) -> dict[str, object]:
    """Return the body of an answer.

    Raises:
        TaggerError: it is none.
    """
    if response.status_code != httpx.codes.OK:
        raise _rejected(response, place)
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError) as exc:
        raise not_the_service(response, place) from exc
    if not isinstance(body, dict):
        raise not_the_service(response, place)
    return body


def odd(response: httpx.Response, place: Place) -> TaggerError:
    """Return our error for an answer of the service that is not as its API has it."""
    said = _quoted(response)
    return TaggerUnavailableError(f"{place.service} answers, but not as its API does: {said}")


def not_the_service(response: httpx.Response, place: Place) -> TaggerError:
    """Return our error for an answer of something else."""
    msg = f"what answers at {shown(place.address)} is not Immich's machine learning: "
    return TaggerSetupError(msg + _quoted(response), cure=_ADDRESS)


def no_ocr(response: httpx.Response, place: Place, model: str) -> TaggerError:
    """Return our error for a service that has never read text."""
    msg = f"{place.service} does not read text with {model!r} ({response.status_code}): "
    cure = "Update Immich, look into the service's log, or set ocr = false."
    return TaggerSetupError(msg + _quoted(response), cure=cure)


def _rejected(response: httpx.Response, place: Place) -> TaggerError:
    status, said = response.status_code, _quoted(response)
    if status == httpx.codes.INTERNAL_SERVER_ERROR:
        cure = f"Its log says why; it may not know or not be able to load {place.model!r}."
        return TaggerUnavailableError(f"{place.service} fails: {said}", cure=cure)
    if status in _BUSY:
        wait = response.headers.get("retry-after", "")
        return TaggerUnavailableError(
            f"{place.service} fails with {status}: {said}",
            retry_after=float(wait) if wait.isdecimal() else None,
        )
    if status in (httpx.codes.BAD_REQUEST, httpx.codes.REQUEST_ENTITY_TOO_LARGE):
        return TaggerAnswerError(f"{place.service} does not take this photo ({status}): {said}")
    if status == httpx.codes.UNPROCESSABLE_ENTITY:
        msg = f"{place.service} does not understand the request: {said}"
        return TaggerSetupError(msg, cure="Immich may be too old; update it.")
    return not_the_service(response, place)


def _quoted(response: httpx.Response) -> str:
    text = "a web page"
    if "html" not in response.headers.get("content-type", ""):
        text = response.content[: 4 * _LONGEST_QUOTE].decode(errors="replace")
    return f"“{printable(' '.join(text.split()), _LONGEST_QUOTE)}”"
