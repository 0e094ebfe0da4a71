"""A review that is served, and what it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .shoot import Served, serve

Serve = Callable[..., Served]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Serve]:
    """Start reviews; all that still run are ended with the test."""
    begun: list[Served] = []

    def begin(*arguments: str) -> Served:
        begun.append(serve(tmp_path, *arguments))
        return begun[-1]

    yield begin
    for one in begun:
        one.kill()
