"""The canary: whether a model really looks, and what a look costs."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from PIL import Image
from tests.adapters.loopback import Response

from tagwright.errors import TaggerSetupError
from tagwright.model import Facts, Rendition
from tagwright_adapters.llm.canary import draw

from .conftest import Make, vocabulary
from .replies import answer, chat, routed
from .server import ModelServer, Received

USAGE: dict[str, object] = {"prompt_tokens": 400, "completion_tokens": 10, "total_tokens": 410}


async def test_blind_model_is_refused(server: ModelServer, tagger: Make) -> None:
    """Who says the same whatever is shown has not looked, and the message says so."""
    server.plays(chat("I see a beautiful photo with the number 7 on a red disc."))
    with pytest.raises(TaggerSetupError, match="answers without seeing the picture") as caught:
        await tagger("ollama:blind").check()
    assert "number 7" in str(caught.value)
    assert caught.value.cure is not None


async def test_seeing_model_is_accepted(
    server: ModelServer, tagger: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who names the number has looked; the line for doctor says what it took."""
    canary = draw()
    monkeypatch.setattr("tagwright_adapters.llm.tagger.draw", lambda: canary)
    server.plays(chat(f"{canary.number}, {canary.colour}", usage=USAGE))
    line = await tagger().check()
    assert "gpt-4o-mini-2024-07-18 sees pictures" in line
    assert "0.000066 USD" in line
    assert "no concepts offered" in line
    (sent,) = server.received
    assert sent.mode == "text"
    assert sent.picture == canary.rendition.data
    assert str(canary.number) not in sent.request


async def test_check_says_what_is_free(
    server: ModelServer, tagger: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model on one's own machine has no price."""
    canary = draw()
    monkeypatch.setattr("tagwright_adapters.llm.tagger.draw", lambda: canary)
    server.plays(chat(str(canary.number)))
    assert "free" in await tagger("ollama:llava").check()


@pytest.mark.parametrize(
    ("spec", "size", "options", "said"),
    [
        (
            "openai:gpt-4o-mini",
            421,
            {},
            [
                "421 concepts offered",
                "tokens of instructions a photo",
                "for 1,000 photos, ",
                "cached",
            ],
        ),
        ("ollama:llava", 90, {}, ["90 concepts offered"]),
        ("ollama:llava", 421, {}, ["no concepts offered: the taxonomy has 421, max_concepts is"]),
        (
            "openai:gpt-4o-mini",
            2_001,
            {},
            [
                "has 2,001, max_concepts is 2,000",
                "a second request of up to",
                "without the picture",
            ],
        ),
        (
            "openai:gpt-4o-mini",
            99,
            {"max_vocabulary_tokens": 100},
            ["has 99, in about", "max_vocabulary_tokens is 100"],
        ),
    ],
)
async def test_check_says_what_a_photo_carries(
    server: ModelServer,
    tagger: Make,
    monkeypatch: pytest.MonkeyPatch,
    spec: str,
    size: int,
    options: dict[str, object],
    said: list[str],
) -> None:
    """Concepts, tokens and money, so that nobody is surprised."""
    canary = draw()
    monkeypatch.setattr("tagwright_adapters.llm.tagger.draw", lambda: canary)
    server.plays(chat(str(canary.number), usage=USAGE))
    line = await tagger(spec, taxonomy=vocabulary(size), **options).check()
    assert [part for part in said if part not in line] == []
    assert ("USD for" in line) is spec.startswith("openai")


async def test_check_of_an_unknown_price(
    server: ModelServer, tagger: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not known is not made up."""
    canary = draw()
    monkeypatch.setattr("tagwright_adapters.llm.tagger.draw", lambda: canary)
    server.plays(chat(str(canary.number), usage=USAGE, model="gpt-none"))
    line = await tagger("openai:gpt-none").check()
    assert line.count("price not known") == 2


def test_canary_can_be_seen() -> None:
    """Every canary is a white number on a disc of the colour it names."""
    for canary in (draw() for _ in range(20)):
        with Image.open(io.BytesIO(canary.rendition.data)) as image:
            assert image.size == (canary.rendition.width, canary.rendition.height)
            red, green, blue = image.convert("RGB").getpixel((60, 192))  # type: ignore[misc]  # RGB
            centre = [image.getpixel((x, 192)) for x in range(90, 294)]
        strongest = {"red": red, "green": green, "blue": blue, "purple": blue}
        assert strongest[canary.colour] == max(red, green, blue)
        assert sum(min(pixel) > 200 for pixel in centre) > 20  # type: ignore[arg-type]
        assert 10 <= canary.number <= 99


@pytest.mark.parametrize("said", ["12 or 21", "", "a number", "112", "1", "12.5"])
def test_guesses_do_not_count(said: str) -> None:
    """One number, and the right one."""
    canary = next(one for one in iter(draw, None) if one.number != 12)
    assert not canary.recognised(said)


@pytest.mark.parametrize(
    ("spec", "usage", "cost"),
    [
        ("ollama:llava", USAGE, Decimal(0)),
        ("openai-compatible:gpt-4o-mini", USAGE, Decimal(0)),
        ("openrouter:a/b", {**USAGE, "cost": 0.00123}, Decimal("0.00123")),
        ("openrouter:no/such-model", USAGE, None),
        ("openai:no-such-model", USAGE, None),
        ("openai:gpt-4o-mini", USAGE, Decimal("0.000066")),
    ],
)
async def test_cost(
    server: ModelServer,
    tagger: Make,
    rendition: Rendition,
    facts: Facts,
    spec: str,
    usage: dict[str, object],
    cost: Decimal | None,
) -> None:
    """As billed, else by the price list, else unknown; one's own machine sends no bill."""
    reply = _answered_by(spec.partition(":")[2], usage)
    server.plays(routed(reply) if spec.startswith("openrouter") else reply)
    told = await tagger(spec).observe(rendition, facts)
    assert told.usage.cost == cost
    assert isinstance(told.usage.cost, Decimal | None)


async def test_unknown_price_stays_unknown_in_a_sum(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """Two requests of which one has no price have none together."""
    unknown = _answered_by("gpt-none", USAGE)
    server.plays(chat("no JSON", usage=USAGE), unknown)
    told = await tagger().observe(rendition, facts)
    assert (told.usage.requests, told.usage.cost) == (2, None)


def _answered_by(model: str, usage: dict[str, object]) -> Response:
    return chat(answer(), model=model, usage=usage)


async def test_every_look_is_a_new_picture(server: ModelServer, tagger: Make) -> None:
    """A remembered answer does not pass."""
    seen: set[bytes] = set()

    def look(received: Received) -> Response:
        seen.add(received.picture)
        return chat("no idea")

    server.plays(look)
    made = tagger()
    for _ in range(8):
        with pytest.raises(TaggerSetupError):
            await made.check()
    assert len(seen) > 1
