"""kill -9 in the middle of writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "benchmarks" / "bench_kills.py"


@pytest.mark.slow
def test_no_kill_damages_a_photo() -> None:
    """A few of the kills of which ``make bench`` does hundreds; the script says what it checks."""
    done = subprocess.run([sys.executable, BENCH, "4"], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 kills" in done.stdout
    assert "0 damaged" in done.stdout
