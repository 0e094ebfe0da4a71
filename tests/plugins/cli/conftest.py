"""The command line as a person runs it, in an empty home."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.plugins.fork_server import ForkServer

TAXONOMY = """
name: Test
language: en
concepts:
  Colours:
    kinds: [colour]
    narrower:
      Brown:
      Green:
  Style:
    narrower:
      Black and white:
        also: [monochrome, b&w]
"""


@dataclass(frozen=True, slots=True)
class Done:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Output of ``--json``, one object a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def summary(self) -> dict[str, Any]:
        """The last object."""
        return self.objects[-1]


Tagwright = Callable[..., Done]


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment without the user's own settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TAGWRIGHT_", "XDG_"))}
    return kept | {
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "PYTHONWARNINGS": "error",
        "COLUMNS": "100",
    }


@pytest.fixture
def tagwright(tmp_path: Path, home: dict[str, str], commands: ForkServer) -> Tagwright:
    """Run ``tagwright`` as a program of its own."""
    (tmp_path / "mine.yaml").write_text(TAXONOMY, encoding="utf-8")

    def run(*arguments: str | bytes | Path, env: dict[str, str] | None = None) -> Done:
        done = commands.run(arguments, tmp_path, home | (env or {}))
        return Done(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def album(tmp_path: Path, photos: Path) -> Path:
    """A folder with three photos, one of them a level deeper."""
    folder = tmp_path / "album"
    (folder / "deep").mkdir(parents=True)
    shutil.copy(photos / "coffee.jpg", folder)
    shutil.copy(photos / "grass-bw.jpg", folder)
    shutil.copy(photos / "photographer-bw.jpg", folder / "deep")
    return folder


@pytest.fixture
def read() -> Callable[..., dict[str, Any]]:
    """Read metadata with exiftool, as any other program would."""

    def run(path: Path, *tags: str) -> dict[str, Any]:
        done = subprocess.run(
            ["exiftool", "-j", "-G1", "-struct", *tags, str(path)],
            capture_output=True,
            check=True,
            timeout=60,
        )
        found: dict[str, Any] = json.loads(done.stdout)[0]
        found.pop("SourceFile")
        return found

    return run
