"""The runtime of ONNX models, which reports to its maker unless it is told not to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_the_runtime_keeps_nothing_to_report(tmp_path: Path) -> None:
    """What it would report it keeps in the user's cache first."""
    environ = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "PATH": ""}
    code = "import tagwright_adapters.inference"
    subprocess.run([sys.executable, "-c", code], env=environ, check=True)
    assert list(tmp_path.iterdir()) == []
