"""How this installation is started, for files that are to start it."""

from __future__ import annotations

import sys
from pathlib import Path


def program() -> tuple[str, ...]:
    """Return how this very installation is started, whatever ``PATH`` says."""
    script = Path(sys.executable).with_name("tagwright")
    if script.is_file():
        return (str(script),)
    return (sys.executable, "-m", "tagwright_plugins.cli")
