"""What tests of programs share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.plugins.fork_server import ForkServer


@pytest.fixture(scope="session")
def commands() -> Iterator[ForkServer]:
    """Starts ``tagwright`` quickly."""
    server = ForkServer()
    yield server
    server.close()
