"""What a command imports can be imported first, which the fork server of other tests would hide."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2] / "plugins"
# Libraries once, ours in a fork for each module: an interpreter for each would take a minute.
IMPORT_EACH = """
import gc, importlib, os, sys
gc.disable()
import asyncio, click, exiftool, httpx, jinja2, PIL.Image, platformdirs, pydantic, rapidfuzz.fuzz
import rich.progress, sqlalchemy.dialects.sqlite, starlette.routing, uvicorn, yaml
for name in sys.argv[1:]:
    if os.fork() == 0:
        importlib.import_module(name)
        os._exit(0)
    if os.wait()[1]:
        sys.exit(name + " cannot be imported first")
"""


def test_each_command_starts_in_a_fresh_interpreter() -> None:
    """A circle of imports shows only in who comes first."""
    found = (*ROOT.rglob("run.py"), *ROOT.glob("*/digikam/[a-z]*ing.py"))
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in found]
    assert "tagwright_plugins.cli.tag.run" in names
    command = [sys.executable, "-c", IMPORT_EACH, *names]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
