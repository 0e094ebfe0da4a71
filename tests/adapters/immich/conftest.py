"""A client in front of an Immich on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from tagwright_adapters.immich.client import ImmichClient

from .server import KEY, VERSIONS, ImmichServer

Connect = Callable[..., ImmichClient]


@pytest.fixture(params=VERSIONS)
def immich(request: pytest.FixtureRequest) -> Iterator[ImmichServer]:
    """A server of each version; its answers must have been as its description says."""
    server = ImmichServer(request.param)
    server.start()
    yield server
    server.stop()
    assert server.faults == []


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Makes clients, and closes them."""
    made: list[ImmichClient] = []

    def make(address: str, key: str = KEY, timeout: float = 10.0) -> ImmichClient:
        made.append(ImmichClient(address, key, timeout=timeout))
        return made[-1]

    yield make
    for one in made:
        await one.aclose()
