"""The calls to Immich that are needed, and nothing more."""

from __future__ import annotations

import asyncio
from typing import TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from tagwright_adapters.addresses import is_loopback
from tagwright_adapters.immich import failures
from tagwright_adapters.immich.address import api_address, hostname
from tagwright_adapters.immich.errors import ImmichSetupError
from tagwright_adapters.immich.models import Tag, Version

KEY = "IMMICH_API_KEY"
"""The secret that holds the key."""

_CONNECT = 10.0  # s
_Answer = TypeVar("_Answer")
_VERSION = TypeAdapter(Version)
_TAGS = TypeAdapter(tuple[Tag, ...])


class ImmichClient:
    """Open connections to one account of one server. Retries nothing."""

    def __init__(self, address: str, key: str, *, timeout: float = 60.0) -> None:
        """Make a client; nothing is sent yet.

        Args:
            address: Of the server, with or without ``/api``.
            key: An API key of the account.
            timeout: Seconds for one answer, over all.

        Raises:
            ImmichSetupError: the address or the key cannot be one.
        """
        self.address = api_address(address)
        if not key or not key.isascii() or not key.isprintable() or " " in key:
            message = f"{KEY} holds no key of Immich." if key else f"{KEY} is not set."
            cure = f"Set it, or {KEY}_FILE, to a key from Immich's Account Settings > API Keys."
            raise ImmichSetupError(message, cure=cure)
        self._key = key
        self._timeout = timeout
        self._http = httpx.AsyncClient(
            headers={"x-api-key": key, "accept": "application/json"},
            timeout=httpx.Timeout(timeout, connect=min(_CONNECT, timeout)),
            # A proxy is for the way out; what stays on this machine must not take it.
            trust_env=not is_loopback(hostname(self.address)),
            verify=httpx.create_ssl_context(),  # heeds SSL_CERT_FILE in either case
        )

    async def version(self) -> Version:
        """Return the server's version; needs no permission."""
        return await self._get("/server/version", _VERSION, permission="")

    async def tags(self) -> tuple[Tag, ...]:
        """Return all tags of the account."""
        return await self._get("/tags", _TAGS, permission="tag.read")

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def _get(self, path: str, form: TypeAdapter[_Answer], *, permission: str) -> _Answer:
        """Ask for something.

        Raises:
            ImmichError: there is no answer, or not one of this form.
        """
        place = failures.Place(self.address, path, permission, self._key)
        try:
            async with asyncio.timeout(self._timeout):  # httpx's own begins anew with each byte
                response = await self._http.get(self.address + path)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as exc:
            raise failures.unreachable(exc, place) from exc
        if response.status_code != httpx.codes.OK:
            raise failures.rejected(response, place)
        try:
            return form.validate_json(response.content)
        except ValidationError as exc:
            raise failures.not_immich(response, place) from exc
