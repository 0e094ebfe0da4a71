"""What the failures of services mean: for the photo, for the run, for the purse."""

from __future__ import annotations

import asyncio
import logging
import socket
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from tests.adapters.loopback import Response

from tagwright.errors import (
    BudgetError,
    ErrorClass,
    TaggerAnswerError,
    TaggerBusyError,
    TaggerError,
    TaggerRefusedError,
    TaggerSetupError,
    TaggerUnavailableError,
)
from tagwright.model import Facts, Rendition, Usage

from .conftest import Make
from .replies import answer, chat, error
from .server import KEY, ModelServer

HTML = "<html><head><title>Bad gateway</title></head><body>nginx</body></html>"


@pytest.mark.parametrize(
    ("response", "kind", "words"),
    [
        (error(500, "The server had an error"), TaggerUnavailableError, "fails with 500"),
        (error(503, "Down for maintenance"), TaggerUnavailableError, "fails with 503"),
        (error(503, "The model is overloaded"), TaggerBusyError, "no more requests for now"),
        (Response(HTML, 502), TaggerUnavailableError, "Bad gateway"),
        (Response(HTML), TaggerUnavailableError, "not as its API does"),
        (Response("{", headers={"Content-Type": "application/json"}), TaggerUnavailableError, ""),
        (Response({"choices": []}), TaggerUnavailableError, "not as its API does"),
        (Response([1, 2]), TaggerUnavailableError, "not as its API does"),
        (Response({"object": "chat.completion", "choices": None}), TaggerUnavailableError, ""),
        (Response(chat(answer()).body, cut=True), TaggerUnavailableError, "broke"),
        (Response("", 307, {"Location": "http://127.0.0.1:9/"}), TaggerUnavailableError, ""),
        (error(429, "Rate limit reached"), TaggerBusyError, "Rate limit reached"),
        (
            error(429, "You exceeded your current quota", code="insufficient_quota"),
            BudgetError,
            "no credit left",
        ),
        (error(402, "Insufficient credits"), BudgetError, "no credit left"),
        (error(401, "Incorrect API key"), TaggerSetupError, "OPENAI_API_KEY"),
        (error(403, "Country not supported"), TaggerSetupError, "OPENAI_API_KEY"),
        (
            error(404, "The model does not exist", code="model_not_found"),
            TaggerSetupError,
            "has no model 'gpt-4o-mini'",
        ),
        (
            error(400, "This model does not support image inputs"),
            TaggerSetupError,
            "cannot look at pictures",
        ),
        (
            error(400, "Maximum context length exceeded", code="context_length_exceeded"),
            TaggerSetupError,
            "max_concepts",
        ),
        (
            error(400, "Your request was rejected by our safety system", code="content_policy"),
            TaggerRefusedError,
            "safety system",
        ),
        (error(400, "You uploaded an unsupported image"), TaggerAnswerError, "unsupported image"),
    ],
)
async def test_failure_has_the_right_class(
    server: ModelServer,
    tagger: Make,
    rendition: Rendition,
    facts: Facts,
    response: Response,
    kind: type[TaggerError],
    words: str,
) -> None:
    """Every failure is ours, says what it is about, and is not tried again here."""
    server.plays(response)
    with pytest.raises(kind) as caught:
        await tagger().observe(rendition, facts)
    assert words in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("headers", "low", "high"),
    [
        ({"Retry-After": "7"}, 7, 7),
        ({"Retry-After": "0"}, 0, 0),
        ({"Retry-After": format_datetime(datetime.now(UTC) + timedelta(hours=1))}, 3_000, 3_600),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0, 0),
    ],
)
async def test_service_says_how_long_to_wait(
    server: ModelServer,
    tagger: Make,
    rendition: Rendition,
    facts: Facts,
    headers: dict[str, str],
    low: float,
    high: float,
) -> None:
    """Seconds and dates are understood; a date gone by means now."""
    server.plays(error(429, "slow down", headers=headers))
    with pytest.raises(TaggerUnavailableError) as caught:
        await tagger().observe(rendition, facts)
    assert caught.value.retry_after is not None
    assert low <= caught.value.retry_after <= high


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "soon"}, {"Retry-After": "-5"}])
async def test_service_does_not_say_how_long_to_wait(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts, headers: dict[str, str]
) -> None:
    """Nothing, or nothing sensible, is no wait that we know of."""
    server.plays(error(429, "slow down", headers=headers))
    with pytest.raises(TaggerUnavailableError) as caught:
        await tagger().observe(rendition, facts)
    assert caught.value.retry_after is None


@pytest.mark.parametrize("response", [Response(hangs=True), Response(drips=True)])
async def test_silence_is_bounded(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts, response: Response
) -> None:
    """A service that never answers, or never ends, is given up after the timeout."""
    server.plays(chat(answer()), response)
    made = tagger(timeout=2)
    await made.observe(rendition, facts)  # client libraries are loaded
    with pytest.raises(TaggerUnavailableError, match="has not answered within 2 s"):
        async with asyncio.timeout(10):
            await made.observe(rendition, facts)


async def test_nobody_listens(tagger: Make, rendition: Rendition, facts: Facts) -> None:
    """A server that is not started is transient, and Ollama users are told how to start it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(TaggerUnavailableError, match="cannot be reached") as caught:
            await tagger("ollama:llava", base_url=address).observe(rendition, facts)
    assert caught.value.cure == "Start it with 'ollama serve'."
    assert caught.value.error_class is ErrorClass.TRANSIENT


async def test_ollama_model_is_not_fetched(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """The cure for a model that is not there is the command that fetches it."""
    server.plays(error(404, 'model "llava" not found, try pulling it first'))
    with pytest.raises(TaggerSetupError, match="ollama pull llava"):
        await tagger("ollama:llava").observe(rendition, facts)


async def test_setup_errors_stop_the_run(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """With a wrong key every photo would fail alike."""
    server.plays(error(401, "no"))
    with pytest.raises(TaggerError) as caught:
        await tagger().observe(rendition, facts)
    assert caught.value.stops_run


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
async def test_key_is_never_shown(
    server: ModelServer,
    tagger: Make,
    rendition: Rendition,
    facts: Facts,
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not even when the service repeats it: neither in message, traceback, log nor repr."""
    caplog.set_level(logging.DEBUG)
    server.plays(error(status, f"Incorrect API key provided: {KEY}."))
    made = tagger()
    with pytest.raises(TaggerError) as caught:
        await made.observe(rendition, facts)
    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert KEY not in repr(vars(made))
    server.plays(chat(answer()))
    await made.observe(rendition, facts)
    assert KEY not in caplog.text


async def test_refusal_of_openrouter(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """Its 403 for flagged input is a refusal, not a bad key."""
    details = {"metadata": {"reasons": ["violence"], "flagged_input": "…"}}
    server.plays(error(403, "Your chosen model requires moderation, input was flagged", **details))
    with pytest.raises(TaggerRefusedError):
        await tagger("openrouter:openai/gpt-4o-mini").observe(rendition, facts)


@pytest.mark.parametrize("status", [403, 429])
async def test_credits_of_xai(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts, status: int
) -> None:
    """That they are used up is no wrong key and no rate."""
    said = "Your team x has either used all available credits or reached its monthly spending limit"
    server.plays(Response({"code": "permission-denied", "error": said}, status))
    with pytest.raises(BudgetError, match="used all available credits"):
        await tagger("xai:grok-4.3").observe(rendition, facts)


async def test_refusal_of_xai(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """It says so as if the key were wrong, and takes a fee for it that it does not name."""
    said = "Content violates usage guidelines. Team: x, Failed check: SAFETY_CHECK_TYPE_BIO"
    server.plays(Response({"code": "permission-denied", "error": said}, 403))
    with pytest.raises(TaggerRefusedError) as caught:
        await tagger("xai:grok-4.3").observe(rendition, facts)
    assert not caught.value.stops_run
    assert caught.value.usage == Usage(requests=1, cost=None)
