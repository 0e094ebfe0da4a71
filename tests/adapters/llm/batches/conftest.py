"""Services of batches, and the way there."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from tests.adapters.llm.conftest import context

from tagwright.model import Facts, Rendition
from tagwright.ports import BatchingTagger, BatchTagger
from tagwright_adapters.llm import factory

from .anthropic_service import AnthropicService
from .openai_service import OpenAiService
from .services import BatchService, running

SPECS = {OpenAiService: "openai:gpt-4o-mini", AnthropicService: "anthropic:claude-haiku-4-5"}


def batching(service: BatchService, **options: Any) -> tuple[Any, BatchTagger]:
    """Return a tagger in front of a service, and its way to batches."""
    path = "/v1" if isinstance(service, OpenAiService) else ""
    made = context(SPECS[type(service)], base_url=service.url + path, **options)
    tagger = factory.create(made)
    assert isinstance(tagger, BatchingTagger)
    batches = tagger.batches()
    assert isinstance(batches, BatchTagger)
    return tagger, batches


@pytest.fixture(params=[OpenAiService, AnthropicService], ids=["openai", "anthropic"])
def service(request: pytest.FixtureRequest) -> Iterator[BatchService]:
    """Each of the services."""
    with running(request.param) as made:
        yield made


@pytest.fixture
async def lane(service: BatchService) -> AsyncIterator[BatchTagger]:
    """The way to it."""
    tagger, batches = batching(service)
    yield batches
    await batches.aclose()
    await tagger.aclose()


Submit = Callable[..., Awaitable[str]]


@pytest.fixture
def submit(lane: BatchTagger, rendition: Rendition, facts: Facts) -> Submit:
    """Hand over photos by identifier."""

    async def hand_over(*customs: str, label: str = "run-1") -> str:
        lines = [await lane.encode(custom, rendition, facts) + b"\n" for custom in customs]
        return await lane.submit(io.BytesIO(b"".join(lines)), label)

    return hand_over
