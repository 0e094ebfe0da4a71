"""Plain HTTP to an Immich on loopback, to show what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from tests.adapters.immich.server import KEY, ImmichServer

Ask = Callable[..., Any]
"""``ask("GET", "/tags", json=None, status=200)`` returns the body of an answer of that status."""


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """A client as anybody has one."""
    with httpx.Client(trust_env=False, timeout=10, verify=False) as client:
        yield client


@pytest.fixture
def ask(immich: ImmichServer, http: httpx.Client) -> Ask:
    """Sends requests with the account's key; the status must be as expected."""

    def send(method: str, path: str, json: Any = None, status: int = 200, key: str = KEY) -> Any:
        address = f"{immich.url}/api{path}"
        response = http.request(method, address, json=json, headers={"x-api-key": key})
        assert response.status_code == status, response.text
        kind = response.headers["content-type"]
        return response.json() if response.content and "json" in kind else response.content

    return send
