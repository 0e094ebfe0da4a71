"""What the command line does for the page: it goes on when the page is closed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from tagwright.errors import TagwrightError
from tagwright_plugins.review_page.desk import Desk


async def run(desk: Desk, command: Sequence[str], *operands: str) -> str:
    """Run ``tagwright`` with the configuration and the state of a desk; return what it printed.

    Args:
        desk: The desk.
        command: Its name and options.
        operands: What it is to work on, whatever that begins with.

    Raises:
        TagwrightError: it cannot be started, or failed, and not just on some photos.
    """
    line = [sys.executable, "-m", "tagwright_plugins.cli", *command]
    line.append(f"--state={desk.configuration.state}")
    if desk.config is not None:
        line.append(f"--config={desk.config}")
    line += ["--", *operands]
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(*line, stdout=pipe, stderr=pipe)
    except (OSError, ValueError) as exc:  # a zero byte in an operand is a ValueError
        raise TagwrightError(f"'tagwright {command[0]}' cannot be started: {exc}.") from exc
    out, err = await process.communicate()
    if process.returncode not in (0, 1):
        said = err.decode(errors="replace").strip()[:500]
        raise TagwrightError(said or f"'tagwright {command[0]}' failed.")
    return out.decode()
