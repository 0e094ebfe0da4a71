"""HTTP to one account of one Immich server."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from tagwright_adapters.addresses import is_loopback
from tagwright_adapters.immich import failures
from tagwright_adapters.immich.address import api_address, hostname
from tagwright_adapters.immich.errors import ImmichSetupError
from tagwright_adapters.immich.failures import Place

KEY = "IMMICH_API_KEY"
"""The secret that holds the key."""

_CONNECT = 10.0  # s
_AT_ONCE = 8  # requests: the server may be a small one
_Answer = TypeVar("_Answer")


class Connection:
    """Open connections; each request is sent once, and what fails is told in our errors."""

    def __init__(self, address: str, key: str, timeout: float, secret: str) -> None:
        """As :class:`~tagwright_adapters.immich.client.ImmichClient`."""
        self.address = api_address(address)
        if not key or not key.isascii() or not key.isprintable() or " " in key:
            message = f"{secret} holds no key of Immich." if key else f"{secret} is not set."
            cure = f"Set it, or {secret}_FILE, to a key from Immich's Account Settings > API Keys."
            raise ImmichSetupError(message, cure=cure)
        self.secret = secret
        self._key = key
        self._timeout = timeout
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._http = httpx.AsyncClient(
            headers={"x-api-key": key, "accept": "application/json, */*;q=0.5"},
            timeout=httpx.Timeout(timeout, connect=min(_CONNECT, timeout)),
            # A proxy is for the way out; what stays on this machine must not take it.
            trust_env=not is_loopback(hostname(self.address)),
            # Heeds SSL_CERT_FILE in either case; without TLS it would be read for nothing.
            verify=httpx.create_ssl_context() if self.address.startswith("https:") else False,
        )

    async def aclose(self) -> None:
        """Close them all."""
        await self._http.aclose()

    async def ask(
        self,
        method: str,
        path: str,
        form: TypeAdapter[_Answer],
        permission: str = "",
        *,
        body: Any = None,
        query: dict[str, str] | None = None,
        probing: bool = False,
    ) -> _Answer:
        """Send a request, and return its answer in the form that is expected.

        Args:
            method: Of HTTP.
            path: Below the address, with identifiers through :func:`segment`.
            form: Of the answer.
            permission: What the key must be allowed; "": nothing particular.
            body: To be sent as JSON, if any.
            query: Parameters.
            probing: Whether a refusal may mean that the server is too old to know the call.

        Raises:
            ImmichError: there is no answer, or not one of this form.
        """
        place = self._place(path, permission, probing=probing)
        response = await self._send(method, place, body, query)
        try:
            return form.validate_json(response.content)
        except ValidationError as exc:
            raise failures.not_immich(response, place) from exc

    async def tell(
        self, method: str, path: str, permission: str, *, body: Any = None, probing: bool = False
    ) -> None:
        """Send a request whose answer does not matter, unless it is a refusal."""
        await self._send(method, self._place(path, permission, probing=probing), body, None)

    async def fetch(self, path: str, permission: str, query: dict[str, str]) -> tuple[bytes, str]:
        """Return a file and its media type, "image/jpeg"."""
        place = self._place(path, permission)
        response = await self._send("GET", place, None, query)
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not media_type.startswith("image/"):
            raise failures.not_immich(response, place)
        return response.content, media_type

    def _place(self, path: str, permission: str, *, probing: bool = False) -> Place:
        return Place(self.address, path, permission, self.secret, self._key, probing)

    async def _send(
        self, method: str, place: Place, body: Any, query: dict[str, str] | None
    ) -> httpx.Response:
        try:
            # The timeout of httpx begins anew with each byte.
            async with self._room, asyncio.timeout(self._timeout):
                response = await self._http.request(
                    method, self.address + place.path, json=body, params=query
                )
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as exc:
            raise failures.unreachable(exc, place) from exc
        if not response.is_success:
            raise failures.rejected(response, place)
        return response
