"""Batches at services that take them: half the price for answers within a day.

Light to import: the client libraries are loaded with the first photo.

OpenRouter has batches too, but takes no pictures in them except from public web addresses
(openrouter.ai/docs/batch-quickstart, "Limitations", read in November 2026), and cannot be told to
stop. Photos are not put on the web for half a cent, so it has no lane here.
"""

from __future__ import annotations

from collections.abc import Callable

from tagwright.model import Facts, Rendition
from tagwright_adapters.llm.answer import Reader
from tagwright_adapters.llm.batches.lane import LlmBatches
from tagwright_adapters.llm.batches.limits import LIMITS
from tagwright_adapters.llm.exchange import Question
from tagwright_adapters.llm.target import Target

__all__ = ["LlmBatches", "make_batches"]


def make_batches(
    target: Target, ask: Callable[[Rendition, Facts], Question], reader: Reader
) -> LlmBatches | None:
    """Return the way to a service's batches; None: it takes none."""
    return LlmBatches(target, ask, reader) if target.scheme in LIMITS else None
