"""Reading JSON Lines of any length and origin as they come."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator

logger = logging.getLogger(__name__)

_LONGEST = 4_000_000  # bytes of one line; an answer has thousands


async def objects(chunks: AsyncIterator[bytes]) -> AsyncIterator[dict[str, object]]:
    """Yield the objects, one a line; what is none is left out, counted and reported."""
    skipped = 0
    async for line in _lines(chunks):
        found = _parse(line)
        if found is not None:
            yield found
        elif line.strip():
            skipped += 1
    if skipped:
        logger.warning("%d lines of a batch's answers cannot be read and are left out", skipped)


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    buffer = bytearray()
    too_long = False
    async for chunk in chunks:
        *whole, rest = chunk.split(b"\n")
        for part in whole:
            yield b"?" if too_long else bytes(buffer + part)
            buffer.clear()
            too_long = False
        buffer += rest
        if len(buffer) > _LONGEST:
            buffer.clear()
            too_long = True
    yield b"?" if too_long else bytes(buffer)


def _parse(line: bytes) -> dict[str, object] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
