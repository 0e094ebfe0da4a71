"""The benchmark of undo with few photos: killed in the middle, with some edited by hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "bench_undo.py"


def test_a_killed_undo_goes_on_and_keeps_what_people_did() -> None:
    """All others are as before to the byte, and come back to the byte."""
    command = [sys.executable, str(SCRIPT), "18", "6"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "12 as before to the byte, 6 edits kept" in done.stdout
    assert "12 as tagged to the byte, 6 edits kept" in done.stdout
