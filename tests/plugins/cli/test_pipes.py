"""A reader that has seen enough, as ``head`` does, is no error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_a_reader_that_goes_away_is_no_error(album: Path, home: dict[str, str]) -> None:
    """Also where the line is printed by one of several tasks; no traceback, no exit code."""
    command = [sys.executable, "-m", "tagwright_plugins.cli", "tag", str(album)]
    with subprocess.Popen(
        [*command, "--explain", "--dry-run"],
        env=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()  # before the first line
        assert process.stderr is not None
        told = process.stderr.read()
        assert process.wait(timeout=60) == 0, told
    assert "Traceback" not in told
