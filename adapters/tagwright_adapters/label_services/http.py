"""The way to services that speak HTTP with a key in a header."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from tagwright.errors import TaggerError
from tagwright_adapters.label_services import failures
from tagwright_adapters.label_services.account import Account

_CONNECT = 10.0  # s
_LONGEST_ANSWER = 16 * 2**20  # bytes; the longest that were seen are a thousandth of it
_Form = TypeVar("_Form")

Explain = Callable[[int, Mapping[str, Any]], TaggerError | None]
"""Takes status and body of a rejection; returns what it means if the service has its own way."""


class Http:
    """Open connections to one account. Retries nothing: that is for the pipeline to decide."""

    def __init__(
        self,
        account: Account,
        explain: Explain,
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> None:
        self._account = account
        self._explain = explain
        self._client = httpx.AsyncClient(
            headers={"accept": "application/json", **(headers or {})},
            auth=auth,
            timeout=httpx.Timeout(
                account.timeout, connect=min(_CONNECT, account.timeout), pool=None
            ),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
            # A proxy is for the way out; what stays on this machine must not take it.
            trust_env=not account.loopback,
            verify=httpx.create_ssl_context(),  # heeds SSL_CERT_FILE in either case
        )

    async def ask(self, form: TypeAdapter[_Form], method: str, path: str, **request: Any) -> _Form:
        """Send a request and return its answer.

        Args:
            form: What the answer must be like.
            method: "GET" or "POST".
            path: Below the address of the service.
            request: What goes along, as :meth:`httpx.AsyncClient.stream` takes it.

        Raises:
            TaggerError: there is no answer, or not one of this form.
        """
        account = self._account
        try:
            async with asyncio.timeout(account.timeout):  # httpx's own begins anew with each byte
                response, content = await self._send(method, path, request)
        except (httpx.HTTPError, httpx.StreamError, TimeoutError) as exc:
            raise failures.unreachable(exc, account) from exc
        page = failures.is_page(response.headers, content)
        if response.status_code != httpx.codes.OK or page:
            raise self._rejected(response, content, page=page)
        try:
            return form.validate_json(content)
        except ValidationError as exc:
            raise failures.unreadable(account, content) from exc

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def _send(
        self, method: str, path: str, request: dict[str, Any]
    ) -> tuple[httpx.Response, bytes]:
        content = bytearray()
        url = self._account.base_url + path
        async with self._client.stream(method, url, **request) as response:
            async for piece in response.aiter_bytes():
                content += piece
                if len(content) > _LONGEST_ANSWER:
                    raise failures.unreadable(self._account, bytes(content))
        return response, bytes(content)

    def _rejected(self, response: httpx.Response, content: bytes, *, page: bool) -> TaggerError:
        status = response.status_code
        if not page and (error := self._explain(status, _object(content))) is not None:
            return error
        said = "a web page" if page else failures.spoken(content)
        wait = failures.wait_asked_for(response.headers)
        return failures.rejected(self._account, status, said, wait=wait, page=page)


def _object(content: bytes) -> Mapping[str, Any]:
    """Return the object in a body, or an empty one."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
