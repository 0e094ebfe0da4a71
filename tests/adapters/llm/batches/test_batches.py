"""Batches of OpenAI and Anthropic from the request to the answer."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import Any

import pytest
from PIL import Image
from tests.adapters.llm.conftest import context
from tests.adapters.llm.replies import answer, error
from tests.adapters.llm.server import ModelServer
from tests.adapters.loopback import Response

from tagwright.errors import (
    BudgetError,
    TaggerAnswerError,
    TaggerBusyError,
    TaggerError,
    TaggerRefusedError,
    TaggerSetupError,
    TaggerUnavailableError,
)
from tagwright.model import Answer, Facts, Rendition
from tagwright.ports import BatchingTagger, BatchState, BatchStatus, BatchTagger
from tagwright_adapters.llm import factory

from .anthropic_service import AnthropicService
from .conftest import Submit, batching
from .openai_service import OpenAiService
from .services import BatchService, Outcome, picture_of, running


async def collected(lane: BatchTagger, name: str) -> dict[str, Answer | TaggerError]:
    return {custom: outcome async for custom, outcome in lane.collect(name)}


async def test_answers_in_any_order_by_our_own_identifiers(
    service: BatchService, lane: BatchTagger, submit: Submit, rendition: Rendition
) -> None:
    """At half the price, with what the model said in full."""
    name = await submit("a", "b", "c")
    state = await lane.poll(name)
    assert (state.status, bool(state.expires_at)) == (BatchStatus.ENDED, True)
    found = await collected(lane, name)
    assert list(found) == ["c", "b", "a"]
    for outcome in found.values():
        assert isinstance(outcome, Answer)
        assert outcome.observations[0].label == "tabby cat"
        assert outcome.caption == "A cat on a windowsill."
    costs = [one.usage.cost for one in found.values() if isinstance(one, Answer)]
    assert sum(cost or Decimal(0) for cost in costs) == service.billed > 0
    bodies = next(iter(service.batches.values())).requests.values()
    assert all(picture_of(body) == rendition.data for body in bodies)


@pytest.mark.parametrize("options", [{}, {"context": ("folders",)}])
async def test_a_photo_is_asked_about_word_for_word_as_at_once(
    service: BatchService, server: ModelServer, rendition: Rendition, pets: Any, options: Any
) -> None:
    """Same messages, schema and settings, byte for byte."""
    facts = Facts(name="x.jpg", folders=("Holidays", "Beach"))
    _, batches = batching(service, taxonomy=pets, **options)
    line = json.loads(await batches.encode("one", rendition, facts))
    await batches.aclose()
    openai = isinstance(service, OpenAiService)
    spec, path = ("openai:gpt-4o-mini", "/v1") if openai else ("anthropic:claude-haiku-4-5", "")
    made = context(spec, base_url=server.url + path, taxonomy=pets, **options)
    tagger = factory.create(made)
    server.plays(service.says(answer(concepts=[])))
    await tagger.observe(rendition, facts)
    await tagger.aclose()
    assert line.get("body", line.get("params")) == server.received[0].body
    assert list(line.get("body", line.get("params"))) == list(server.received[0].body)


async def test_many_photos_go_up_in_pieces(
    service: BatchService, lane: BatchTagger, submit: Submit
) -> None:
    """More than is read at once: nothing is lost between the pieces."""
    customs = [f"photo-{number}" for number in range(12)]
    name = await submit(*customs)
    assert list(service.batches[name].requests) == customs


async def test_nothing_goes_out_before_it_is_handed_over(
    service: BatchService, lane: BatchTagger, rendition: Rendition, facts: Facts
) -> None:
    """Encoding is a rehearsal."""
    await lane.encode("one", rendition, facts)
    assert service.calls == []


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (error(400, "flagged by our content policy", code="content_policy_violation"), "refused"),
        (error(400, "the image cannot be decoded"), "permanent"),
        (error(500, "try later"), "transient"),
        (error(429, "too fast"), "transient"),
        (error(401, "no such key"), "permanent"),
        (error(429, "no credit left", code="insufficient_quota"), "budget"),
    ],
)
async def test_errors_of_single_photos_mean_what_they_mean_at_once(
    response: Response, kind: str
) -> None:
    """The others are answered all the same."""

    with running(OpenAiService) as service:
        _, lane = batching(service)
        service.answering = lambda custom, _body: Outcome(
            response if custom == "bad" else service.says(answer())
        )
        found = await _asked(lane, "good", "bad")
        await lane.aclose()
    assert isinstance(found["good"], Answer)
    bad = found["bad"]
    assert isinstance(bad, TaggerError)
    assert bad.error_class.value == kind
    assert bad.usage is not None
    assert bad.usage.cost == 0


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("invalid_request_error", TaggerAnswerError),
        ("overloaded_error", TaggerBusyError),
        ("api_error", TaggerUnavailableError),
        ("rate_limit_error", TaggerBusyError),
        ("authentication_error", TaggerSetupError),
        ("billing_error", BudgetError),
        ("something_new", TaggerUnavailableError),
    ],
)
async def test_anthropics_kinds_of_errors(type_: str, kind: type[TaggerError]) -> None:
    """They come without a status, which follows from their type."""

    body = {"type": "error", "error": {"type": type_, "message": "no"}, "request_id": "r"}
    with running(AnthropicService) as service:
        _, lane = batching(service)
        service.answering = lambda _custom, _body: Outcome(Response(body, 400))
        found = await _asked(lane, "bad")
        await lane.aclose()
    assert type(found["bad"]) is kind


async def test_a_refusal_costs_what_it_costs(
    service: BatchService, lane: BatchTagger, submit: Submit
) -> None:
    """As in the ordinary lane, at half the price."""
    openai = isinstance(service, OpenAiService)
    refusal = (
        service.says(None, refusal="I cannot look at this.")
        if openai
        else service.says("I cannot look at this.", stop="refusal")
    )
    service.answering = lambda _custom, _body: Outcome(refusal)
    found = await _collected(lane, await submit("one"))
    assert isinstance(found["one"], TaggerRefusedError)
    assert found["one"].usage is not None
    assert found["one"].usage.cost == service.billed > 0


async def test_a_truncated_reply_is_salvaged_and_prose_is_none(
    service: BatchService, lane: BatchTagger, submit: Submit
) -> None:
    """Nothing is repaired in a batch; what was paid for prose is known."""
    cut = json.dumps(answer())[:-40]
    service.answering = lambda custom, _body: Outcome(
        service.says(cut if custom == "cut" else "What a lovely cat!")
    )
    found = await _collected(lane, await submit("cut", "prose"))
    assert isinstance(found["cut"], Answer)
    prose = found["prose"]
    assert isinstance(prose, TaggerAnswerError)
    assert "lovely cat" in str(prose)
    assert prose.usage is not None
    assert prose.usage.cost == service.billed / 2


def hostile(custom: str, said: Any) -> Any:
    """Return a line of either service with something in the place of a reply."""
    result = {"type": "succeeded", "message": said}
    response = {"status_code": 200, "body": said}
    return {"custom_id": custom, "response": response, "result": result}


async def test_hostile_lines_are_left_out(
    service: BatchService, lane: BatchTagger, submit: Submit, caplog: pytest.LogCaptureFixture
) -> None:
    """Counted and said; answers around them are kept, strange identifiers handed on as they are."""
    service.extra_lines = [
        "{broken",
        "[]",
        "null",
        '"text"',
        "\x00\x01",
        "[" * 5_000,
        "{}",
        '{"custom_id": 7, "response": {"status_code": 200}}',
        '{"custom_id": "z", "response": {"status_code": "200"}, "result": 3}',
        json.dumps(hostile("y", 5)),
        json.dumps(hostile("x", {})),
        "x" * 5_000_000,
        "",
    ]
    found = await _collected(lane, await submit("a", "b", "c"))
    assert [type(found[custom]) for custom in "abc"] == [Answer] * 3
    assert all(isinstance(found[custom], TaggerError) for custom in set(found) - set("abc"))
    assert "7 lines" in caplog.text


async def test_paid_but_not_as_the_api_has_it_counts_as_asked(
    service: BatchService, lane: BatchTagger, submit: Submit
) -> None:
    """Else it could be paid for again and again."""
    service.answering = lambda _custom, _body: Outcome(Response({"choices": "none"}))
    outcome = (await _collected(lane, await submit("one")))["one"]
    assert isinstance(outcome, TaggerAnswerError)
    assert outcome.usage is not None
    assert outcome.usage.cost is None


async def test_what_was_not_looked_at_is_left_out(
    service: BatchService, lane: BatchTagger, submit: Submit
) -> None:
    """The batch says that it expired; what came before is there."""
    service.ends_as = "expired"
    service.answering = lambda custom, _body: (
        Outcome(service.says(answer())) if custom == "a" else Outcome(ended="expired")
    )
    name = await submit("a", "b")
    assert (await lane.poll(name)).status is BatchStatus.EXPIRED
    assert list(await collected(lane, name)) == ["a"]


async def test_cancelling(service: BatchService, lane: BatchTagger, submit: Submit) -> None:
    """It takes effect in time; doing it again, or too late, is no error."""
    service.finishes = False
    name = await submit("a", "b")
    await lane.cancel(name)
    assert (await lane.poll(name)).status is BatchStatus.RUNNING
    service.finishes = True
    service.answering = lambda custom, _body: (
        Outcome(service.says(answer())) if custom == "a" else Outcome(ended="cancelled")
    )
    assert (await lane.poll(name)).status is BatchStatus.CANCELLED
    assert list(await collected(lane, name)) == ["a"]
    if isinstance(service, OpenAiService):
        await lane.cancel(name)
    await lane.cancel("batch_unknown" if isinstance(service, OpenAiService) else "msgbatch_unknown")


async def test_a_batch_is_found_again(
    service: BatchService, lane: BatchTagger, submit: Submit
) -> None:
    """By our label, or where services keep none by time and number of requests."""
    service.finishes = False
    await submit("a", label="run-1-1")
    name = await submit("a", "b", label="run-1-2")
    await submit("a", "b", "c", label="run-1-3")
    known = frozenset(("batch_0", "batch_2"))
    assert await lane.find("run-1-2", 2, 0.0, known) == name
    assert await lane.find("run-9-9", 7, 0.0, known) == ""
    assert await lane.find("run-1-2", 2, 2e9, known) == ""
    if isinstance(service, AnthropicService):
        assert await lane.find("run-1-2", 2, 0.0, frozenset((name,))) == ""


async def test_a_batch_that_is_gone(service: BatchService, lane: BatchTagger) -> None:
    """The service does not know it any more."""
    name = "batch_9" if isinstance(service, OpenAiService) else "msgbatch_9"
    assert await lane.poll(name) == BatchState(BatchStatus.GONE)


OPENAI = ("POST /v1/files", "POST /v1/batches", "GET /v1/batches/{}", "GET /v1/files/{}/content")
CLAUDE = (
    "POST /v1/messages/batches",
    "GET /v1/messages/batches/{}",
    "GET /v1/messages/batches/{}/results",
)
TROUBLES = {
    "429": error(429, "slow down", headers={"Retry-After": "7"}),
    "503": error(503, "overloaded"),
    "html": Response("<html>Bad gateway</html>", 502),
    "cut": Response({"long": "x" * 1_000}, cut=True),
}


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("call", [*OPENAI, *CLAUDE])
async def test_trouble_of_the_service_at_each_call(
    call: str, trouble: str, rendition: Rendition
) -> None:
    """It is the service's, says how long to wait, and the next try succeeds."""

    with running(AnthropicService if "messages" in call else OpenAiService) as service:
        _, lane = batching(service)
        service.troubles[call] = [TROUBLES[trouble]]
        with pytest.raises(TaggerUnavailableError) as caught:
            await _asked(lane, "one")
        assert (caught.value.retry_after == 7) == (trouble == "429")
        found = await _asked(lane, "one")
        await lane.aclose()
    assert isinstance(found["one"], Answer)


async def test_a_rejected_key_stops_the_run_and_is_not_shown(
    service: BatchService, lane: BatchTagger, submit: Submit
) -> None:
    """As in the ordinary lane."""
    call = "POST /v1/files" if isinstance(service, OpenAiService) else CLAUDE[0]
    service.troubles[call] = [error(401, "Incorrect API key provided: sk-test-0123456789.")]
    with pytest.raises(TaggerSetupError) as caught:
        await submit("one")
    assert "sk-test" not in str(caught.value)


async def test_pictures_do_not_stay_behind_at_openai(rendition: Rendition) -> None:
    """The file is deleted once answers are there, or when no batch came of it."""

    with running(OpenAiService) as service:
        _, lane = batching(service)
        service.troubles["POST /v1/batches"] = [error(400, "no such model for batches")]
        with pytest.raises(TaggerAnswerError):
            await _asked(lane, "one")
        assert service.files == {}
        await _asked(lane, "one")
        assert [name for name in service.files if "output" not in name] == []
        await lane.aclose()


async def test_a_batch_that_is_rejected_as_a_whole_says_why() -> None:
    """OpenAI finds out after it has taken the file."""

    with running(OpenAiService) as service:
        _, lane = batching(service)
        service.ends_as = "failed"
        name = await _submitted(lane, "one")
        told = "Enqueued token limit reached for gpt-4o-mini."
        service.batches[name].errors = [{"code": "token_limit_exceeded", "message": told}]
        state = await lane.poll(name)
        await lane.aclose()
    assert state.status is BatchStatus.REJECTED
    assert told in state.reason


@pytest.mark.parametrize("spec", ["ollama:llava", "openrouter:a/b", "openai-compatible:x"])
async def test_other_services_have_no_batches(spec: str) -> None:
    """OpenRouter has, but takes no pictures in them."""
    tagger = factory.create(context(spec, base_url="http://127.0.0.1:1/v1"))
    assert isinstance(tagger, BatchingTagger)
    assert tagger.batches() is None
    await tagger.aclose()


async def _collected(lane: BatchTagger, name: str) -> dict[str, Answer | TaggerError]:
    """Wait for a batch, and return what came of it."""
    assert (await lane.poll(name)).status is BatchStatus.ENDED
    return await collected(lane, name)


async def _submitted(lane: BatchTagger, *customs: str) -> str:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(file, "JPEG")
    picture = Rendition(file.getvalue(), 64, 48)
    lines = [await lane.encode(custom, picture, Facts("x")) + b"\n" for custom in customs]
    return await lane.submit(io.BytesIO(b"".join(lines)), "label")


async def _asked(lane: BatchTagger, *customs: str) -> dict[str, Answer | TaggerError]:
    return await _collected(lane, await _submitted(lane, *customs))
