"""What an answer will cost is known before it is asked for, and never more than that."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest
from tests.adapters.loopback import Response

from tagwright.errors import (
    ConfigurationError,
    TaggerAnswerError,
    TaggerError,
    TaggerUnavailableError,
)
from tagwright.model import Facts, Rendition
from tagwright.ports import FrugalTagger, OpenTagger, PricedTagger, Tagger
from tagwright_adapters.llm import factory
from tagwright_adapters.llm.picture_tokens import estimate_picture_tokens, most_picture_tokens
from tagwright_adapters.llm.target import make_target
from tagwright_adapters.llm.tokens import estimate_tokens

from .conftest import Make, context, vocabulary
from .replies import answer, chat, error, routed
from .server import ModelServer, Received

USUAL = Rendition(b"", 750, 500)
LISTED = ("openai:gpt-4o-mini", "anthropic:claude-haiku-4-5", "openrouter:google/gemini-2.5-flash")


async def _quote(tagger: Tagger, facts: Facts = Facts("a.jpg")) -> Any:  # noqa: B008 - is frozen
    assert isinstance(tagger, PricedTagger)
    return await tagger.quote(USUAL, facts)


@pytest.mark.parametrize("spec", LISTED)
@pytest.mark.parametrize("size", [0, 1_500, 5_000])
async def test_models_with_a_listed_price(tagger: Make, spec: str, size: int) -> None:
    """The least, what is usual and the most are in this order, and nothing has to be asked."""
    quote = await _quote(tagger(spec, taxonomy=vocabulary(size)))
    assert 0 < quote.least < quote.expected < quote.most < Decimal("0.2")


@pytest.mark.parametrize("spec", ["openai:no-such-model", "openrouter:no/such-model"])
async def test_an_unknown_price_is_not_made_up(tagger: Make, spec: str) -> None:
    """None is known."""
    assert await _quote(tagger(spec)) is None


@pytest.mark.parametrize(
    ("spec", "base_url", "free"),
    [
        ("ollama:llava", "http://127.0.0.1:11434", True),
        ("ollama:llava", "http://nas.example.org:11434", True),
        ("ollama:gpt-oss:20b-cloud", None, False),
        ("openai-compatible:x", "http://127.0.0.1:1234/v1", True),
        ("openai-compatible:x", "http://[::1]:1234/v1", True),
        ("openai-compatible:x", "http://192.168.1.5:1234/v1", True),
        ("openai-compatible:x", "http://10.1.2.3/v1", True),
        ("openai-compatible:x", "http://172.31.0.9/v1", True),
        ("openai-compatible:x", "http://169.254.7.7/v1", True),
        ("openai-compatible:x", "http://[fe80::1]/v1", True),
        ("openai-compatible:x", "http://nas:1234/v1", True),
        ("openai-compatible:x", "http://nas.local/v1", True),
        ("openai-compatible:x", "http://NAS.Local./v1", True),
        ("openai-compatible:x", "http://gpu.home.arpa/v1", True),
        ("openai-compatible:x", "http://host.docker.internal:1234/v1", True),
        ("openai-compatible:x", "http://172.32.0.9/v1", False),
        ("openai-compatible:x", "https://api.example.org/v1", False),
        ("openai-compatible:x", "https://8.8.8.8/v1", False),
        ("openai-compatible:x", "https://local.example.org/v1", False),
        ("openai-compatible:x", "https://notlocal/v1", True),
        ("openai:gpt-4o-mini", "http://127.0.0.1:1234/v1", False),
    ],
)
async def test_who_sends_no_bill(spec: str, base_url: str | None, free: bool) -> None:
    """A server of one's own, on this machine or at home; unless the user gives it prices."""
    options: dict[str, Any] = {"base_url": base_url} if base_url else {}
    assert make_target(context(spec, **options)).free is free
    if free:
        made = factory.create(context(spec, **options))
        assert (await _quote(made)).most == 0
        assert made.leaves_machine is not ("127.0.0.1" in str(base_url) or "[::1]" in str(base_url))
        priced = context(spec, **options, input_price=1, output_price="2.5")
        assert (await _quote(factory.create(priced))).least > 0


async def test_prices_of_the_user_count_for_quotes_and_for_answers(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """Where no list has the model, or the contract is another one."""
    server.plays(chat(answer(), model="house-model-7b"))
    made = tagger("openai-compatible:house-model-7b", input_price=0.5, output_price=2)
    assert (await made.observe(rendition, facts)).usage.cost == Decimal("0.0007")
    quote = await _quote(made)
    assert quote.most > 3 * 4_096 * Decimal("0.000002")


async def test_what_openrouter_has_billed_goes_first(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """The user's prices are for quotes only, then."""
    usage = {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18, "cost": 0.00123}
    server.plays(routed(chat(answer(), usage=usage)))
    made = tagger("openrouter:a/b", input_price=1, output_price=1)
    assert (await made.observe(rendition, facts)).usage.cost == Decimal("0.00123")


@pytest.mark.parametrize("name", ["input_price", "output_price"])
def test_one_price_is_none(name: str) -> None:
    """Both, or what is listed."""
    options: dict[str, Any] = {name: 1}
    with pytest.raises(ConfigurationError, match="both input_price and output_price"):
        factory.create(context("openai:gpt-4o", **options))


@pytest.mark.parametrize("price", [-1, "cheap", "nan"])
def test_a_price_is_a_number(price: Any) -> None:
    """And not below zero."""
    with pytest.raises(ConfigurationError, match="'input_price'"):
        factory.create(context("openai:gpt-4o", input_price=price, output_price=1))


def _dearest(received: Received) -> Response:
    """Answer with all of the room there is, and with nothing in it; charge what tokens there are.

    A text may be 1.6 times what we think, and a picture what another version of a model sees in it.
    """
    body = received.body
    room = body.get("max_completion_tokens") or body["max_tokens"]
    text = estimate_tokens(received.instructions + received.request)
    schema = estimate_tokens(str(received.schema)) if "response_format" in body else 0
    sent = round(1.6 * (text + schema) + 1.4 * estimate_picture_tokens(body["model"], 451, 300))
    usage = {"prompt_tokens": sent, "completion_tokens": room, "total_tokens": sent + room}
    return chat("Let me see", finish="length", model=body["model"], usage=usage)


@pytest.mark.parametrize("size", [0, 1_000])
async def test_the_dearest_answer_is_within_the_quote(
    server: ModelServer, tagger: Make, rendition: Rendition, size: int
) -> None:
    """Cut off, asked for again with twice the room, and cut off again."""
    server.plays(_dearest)
    made = tagger("openai:gpt-4.1", taxonomy=vocabulary(size))
    assert isinstance(made, PricedTagger)
    quote = await made.quote(rendition, Facts("a.jpg"))
    assert quote is not None
    with pytest.raises(TaggerAnswerError) as caught:
        await made.observe(rendition, Facts("a.jpg"))
    assert len(server.received) == 2
    spent = caught.value.usage
    assert spent is not None
    assert spent.cost is not None
    assert quote.most / 2 < spent.cost <= quote.most
    assert spent.attempts == 2


async def test_an_unusual_vocabulary_is_in_the_quote(tagger: Make) -> None:
    """A second question may follow where it is too large to be offered."""
    many = vocabulary(5_000)
    small = await _quote(tagger(taxonomy=many, large_vocabulary="free"))
    large = await _quote(tagger(taxonomy=many, large_vocabulary="shortlist"))
    assert small.expected < large.expected
    assert small.most <= large.most


async def test_facts_are_in_the_quote(tagger: Make) -> None:
    """As they are sent, too."""
    long = Facts("a.jpg", folders=("Summer in Denmark",) * 6)
    made = tagger(context=["folders"])
    assert (await _quote(made, long)).expected > (await _quote(made)).expected


async def test_a_quote_takes_no_time(tagger: Make) -> None:
    """It is asked for before every photo; the price list is loaded once."""
    made = tagger("anthropic:claude-haiku-4-5", taxonomy=vocabulary(1_500))
    await _quote(made)
    best = 1.0
    for _ in range(5):
        started = time.process_time()
        for _ in range(100):
            await _quote(made)
        best = min(best, (time.process_time() - started) / 100)
    assert best < 0.0005  # s; measured 0.00004


@pytest.mark.parametrize(
    ("model", "most"), [("gpt-4o", 1.5), ("claude-haiku-4-5", 1.5), ("house-model", 6)]
)
def test_pictures_are_bounded(model: str, most: float) -> None:
    """Where there is no rule for a model, the bound is wide."""
    usual = estimate_picture_tokens(model, 750, 500)
    assert most_picture_tokens(model, 750, 500) == pytest.approx(most * usual, abs=1)


async def test_where_a_photo_goes_and_what_with_it(tagger: Make, server: ModelServer) -> None:
    """Host and facts, for the record."""
    made = tagger(context=["folders"])
    assert isinstance(made, OpenTagger)
    sent = made.sends(Facts("a.jpg", folders=("Sylt",)))
    assert sent.host == server.url.removeprefix("http://")
    assert sent.facts == {"folders": ["Sylt"]}


@pytest.mark.parametrize(("attempts", "asked"), [(1, 1), (2, 2), (5, 2)])
async def test_no_more_is_asked_than_allowed(
    server: ModelServer, tagger: Make, rendition: Rendition, attempts: int, asked: int
) -> None:
    """A repair is another attempt; and there is one at most, whatever is allowed."""
    server.plays(chat("no JSON"))
    made = tagger()
    assert isinstance(made, FrugalTagger)
    with pytest.raises(TaggerAnswerError) as caught:
        await made.observe_within(rendition, Facts("a.jpg"), attempts)
    assert len(server.received) == asked
    assert caught.value.usage is not None
    assert caught.value.usage.attempts == asked


LARGE = vocabulary(3_000)
NEAR = f"{LARGE['c1'].labels['en']} thing"  # looks like a concept, and is none
SAID = answer(tags=[{"label": NEAR, "confidence": 0.9}])


@pytest.mark.parametrize(
    ("attempts", "replies", "asked"),
    [(1, (SAID,), 1), (2, (SAID, {"matches": []}), 2), (2, ("no JSON", SAID), 2)],
)
async def test_a_second_question_is_an_attempt(
    server: ModelServer,
    tagger: Make,
    rendition: Rendition,
    attempts: int,
    replies: tuple[Any, ...],
    asked: int,
) -> None:
    """After a first answer and a repair, none is left for it: labels stay as they are."""
    server.plays(*map(chat, replies))
    made = tagger(taxonomy=LARGE)
    assert isinstance(made, FrugalTagger)
    told = await made.observe_within(rendition, Facts("a.jpg"), attempts)
    assert (len(server.received), told.usage.attempts) == (asked, asked)
    assert [one.label for one in told.observations] == [NEAR]


async def test_an_outage_after_a_paid_reply(
    server: ModelServer, tagger: Make, rendition: Rendition
) -> None:
    """What the first reply has cost is told, and that it was one of two attempts."""
    server.plays(chat("no JSON"), error(503, "overloaded"))
    with pytest.raises(TaggerUnavailableError) as caught:
        await tagger().observe(rendition, Facts("a.jpg"))
    _check(caught.value, "0.00021", attempts=2)


async def test_a_refusal_is_one_attempt(
    server: ModelServer, tagger: Make, rendition: Rendition
) -> None:
    """And costs what it took."""
    server.plays(chat(None, refusal="I can't help with that."))
    with pytest.raises(TaggerError) as caught:
        await tagger().observe(rendition, Facts("a.jpg"))
    _check(caught.value, "0.00021", attempts=1)


def _check(failure: TaggerError, cost: str, *, attempts: int) -> None:
    assert failure.usage is not None
    assert (failure.usage.cost, failure.usage.attempts) == (Decimal(cost), attempts)
