from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tagwright_adapters.exiftool import Session


@pytest.fixture
def session() -> Iterator[Session]:
    """A session with the real exiftool."""
    session = Session()
    yield session
    session.close()


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], str]:
    """Make a shell script that stands in for exiftool."""

    def make(script: str) -> str:
        path = tmp_path / "fake-exiftool"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    return make
