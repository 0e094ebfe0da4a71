"""CPU of one photo through the LLM tagger against a bare pydantic-ai agent, same service."""

from __future__ import annotations

import asyncio
import io
import multiprocessing
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from pathlib import Path

from openai import AsyncOpenAI
from PIL import Image
from pydantic import BaseModel
from pydantic_ai import Agent, BinaryContent, NativeOutput
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from tagwright.model import Facts, Rendition
from tagwright.taggers import TaggerContext
from tagwright.taxonomy import Taxonomy
from tagwright_adapters.llm import factory
from tagwright_prompts import load_profile, render_prompt

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.adapters.llm.replies import answer, chat
from tests.adapters.llm.server import KEY, ModelServer

_ROUNDS = 9
_CALLS = 40  # in each round, 8 at once
_AT_ONCE = 8
_MODEL = "gpt-4o-mini"

Ask = Callable[[], Awaitable[object]]


class _Tag(BaseModel):
    label: str
    confidence: float
    kind: str
    synonyms: list[str]


class _Answer(BaseModel):
    tags: list[_Tag]
    caption: str
    alt_text: str


def main() -> None:
    """Print the rows."""
    ours, theirs = multiprocessing.Pipe()
    service = multiprocessing.Process(target=_serve, args=(theirs,), daemon=True)
    service.start()
    try:
        bare, tagger = asyncio.run(_measure(ours.recv()))
    finally:
        ours.send("stop")
        service.join()
    print(f"LLM call: {tagger * 1e3:.2f} ms CPU, ", end="")
    print(f"{tagger / bare:.2f}x of a bare pydantic-ai agent ({bare * 1e3:.2f} ms, goal <= 1.2)")


def _serve(pipe: Connection) -> None:
    """Answer in a process of its own, so that its CPU is not ours."""
    server = ModelServer()
    server.plays(chat(answer()))
    server.start()
    pipe.send(server.url)
    pipe.recv()
    server.stop()


async def _measure(url: str) -> tuple[float, float]:
    picture = _picture()
    context = TaggerContext(
        spec=f"openai:{_MODEL}",
        taxonomy=Taxonomy("none", "en", []),
        secret=lambda _name: KEY,
        options={"base_url": f"{url}/v1"},
    )
    tagger = factory.create(context)
    facts = Facts(name="x.jpg")
    async with AsyncOpenAI(api_key=KEY, base_url=f"{url}/v1", max_retries=0) as client:
        agent = _agent(client)

        async def bare() -> object:
            return await agent.run([BinaryContent(picture.data, media_type="image/jpeg"), "Go."])

        async def with_us() -> object:
            return await tagger.observe(picture, facts)

        try:
            return await _interleaved(bare, with_us)
        finally:
            await tagger.aclose()


def _agent(client: AsyncOpenAI) -> Agent[None, _Answer]:
    model = OpenAIChatModel(_MODEL, provider=OpenAIProvider(openai_client=client))
    instructions = render_prompt(load_profile("general"), language="en").instructions
    return Agent(model, output_type=NativeOutput(_Answer), instructions=instructions)


async def _interleaved(*asks: Ask) -> tuple[float, float]:
    """Return the medians of CPU seconds a call."""
    times: list[list[float]] = [[] for _ in asks]
    for _ in range(_ROUNDS + 1):  # the first warms up
        for ask, spent in zip(asks, times, strict=True):
            started = time.process_time()
            for _ in range(_CALLS // _AT_ONCE):
                await asyncio.gather(*(ask() for _ in range(_AT_ONCE)))
            spent.append((time.process_time() - started) / _CALLS)
    first, second = (statistics.median(spent[1:]) for spent in times)
    return first, second


def _picture() -> Rendition:
    noise = Image.effect_noise((750, 500), 40).convert("RGB")
    file = io.BytesIO()
    noise.save(file, "JPEG", quality=85)
    return Rendition(file.getvalue(), *noise.size)


if __name__ == "__main__":
    main()
