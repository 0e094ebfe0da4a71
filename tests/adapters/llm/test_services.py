"""Every service, and what comes of everything that it may do."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
import pytest_asyncio
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
from tagwright.model import Facts, Rendition, Usage
from tagwright.ports import LimitedTagger, Limits, ProbingTagger, Quota
from tagwright_adapters.llm import factory
from tagwright_adapters.llm.tagger import LlmTagger

from . import bedrock_service
from .conftest import KEYS, context
from .replies import answer
from .server import ModelServer
from .services import ANTHROPIC, OPENAI, SERVICES, Service

pytestmark = pytest.mark.asyncio(loop_scope="module")
PAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
FACTS = Facts(name="secret-name.jpg", folders=("Secret folder",), latitude=48.1, longitude=11.5)
UNPAID = Usage(requests=1)


class Served(NamedTuple):
    """A service on loopback with a tagger in front of it, for all tests of the module."""

    service: Service
    server: ModelServer
    tagger: LlmTagger

    async def fail(self, rendition: Rendition, *script: Response) -> TaggerError:
        """Return the error that looking at a photo ends with, when the service does this."""
        self.server.plays(*script)
        with pytest.raises(TaggerError) as caught:
            await self.tagger.observe(rendition, FACTS)
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 600
        return caught.value


def make(service: Service, url: str, **options: Any) -> LlmTagger:
    """Return a tagger that talks to a service at an address, with short timeouts."""
    options = {"base_url": url + service.path, "max_tokens": 512, **service.options, **options}
    made = factory.create(context(service.spec, secrets=KEYS, **options))
    assert isinstance(made, LlmTagger)
    return made


@pytest.fixture(scope="module")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What AWS's own chain finds: no file, no network, only the environment."""
    nowhere = tmp_path_factory.mktemp("aws")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_BEARER_TOKEN_BEDROCK"):
            patch.delenv(name, raising=False)
        patch.setenv("AWS_ACCESS_KEY_ID", bedrock_service.KEY)
        patch.setenv("AWS_SECRET_ACCESS_KEY", bedrock_service.SECRET)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("AWS_CONFIG_FILE", str(nowhere / "config"))
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(nowhere / "credentials"))
        yield


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=SERVICES, ids=str)
async def running(request: pytest.FixtureRequest, credentials: None) -> AsyncIterator[Served]:
    server = ModelServer()
    server.start()
    try:
        tagger = make(request.param, server.url)
        yield Served(request.param, server, tagger)
        await tagger.aclose()
    finally:
        server.stop()


@pytest.fixture
def served(running: Served) -> Iterator[Served]:
    """Each service in turn; every request that it gets must be in order."""
    running.server.received.clear()
    running.tagger.quota()
    yield running
    assert running.server.faults == []


async def test_photo_is_tagged(served: Served, rendition: Rendition) -> None:
    """One request with picture and schema, nothing else of the photo; what it cost is known."""
    served.server.plays(served.service.says(json.dumps(answer())))
    told = await served.tagger.observe(rendition, FACTS)
    assert [one.label for one in told.observations] == ["tabby cat", "windowsill", "backlight"]
    assert told.caption == "A cat on a windowsill."
    assert (told.usage.requests, told.usage.input_tokens) == (1, 1_000)
    assert told.usage.cost is not None
    assert (told.usage.cost > 0) == served.service.billed
    (sent,) = served.server.received
    assert sent.picture == rendition.data
    assert b"alt_text" in sent.raw
    assert b"ecret" not in sent.raw


@pytest.mark.parametrize(
    ("headers", "wait"),
    [({}, None), ({"Retry-After": "7"}, 7.0), ({"Retry-After": "soon"}, None)],
    ids=["unsaid", "said", "senseless"],
)
@pytest.mark.parametrize("status", [429, 529])
async def test_too_many_requests(
    served: Served, rendition: Rendition, status: int, headers: dict[str, str], wait: float | None
) -> None:
    """Busy is not down: it is said apart, with the wait that was asked for, and costs nothing."""
    error = await served.fail(rendition, served.service.fails(status, "Overloaded", headers))
    assert isinstance(error, TaggerBusyError)
    assert error.retry_after == wait
    assert "Overloaded" in str(error)
    assert error.usage == UNPAID
    assert len(served.server.received) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_service_is_down(served: Served, rendition: Rendition, status: int) -> None:
    """Trouble of the service is said with its words, not tried again here, and costs nothing."""
    headers = {"Retry-After": "9"} if status == 503 else {}
    error = await served.fail(rendition, served.service.fails(status, "Backend sleeps", headers))
    assert isinstance(error, TaggerUnavailableError)
    assert not isinstance(error, TaggerBusyError)
    assert "Backend sleeps" in str(error)
    assert error.retry_after == (9.0 if status == 503 else None)
    assert error.usage == UNPAID
    assert len(served.server.received) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_web_page_of_a_gateway(served: Served, rendition: Rendition, status: int) -> None:
    """What stands before a service fails in its stead."""
    error = await served.fail(rendition, Response(PAGE, status))
    assert isinstance(error, TaggerUnavailableError)
    assert f"fails with {status}" in str(error)
    assert error.usage == UNPAID


async def test_web_page_in_place_of_an_answer(served: Served, rendition: Rendition) -> None:
    """It may have been paid for, so that the call is no free one."""
    error = await served.fail(rendition, Response(PAGE))
    assert isinstance(error, TaggerUnavailableError)
    assert "answers, but not as its API does" in str(error)
    maybe_paid(served, error)


@pytest.mark.parametrize("body", ["", "{", "[1, 2]", '{"a": 1'])
async def test_body_is_no_answer(served: Served, rendition: Rendition, body: str) -> None:
    """Neither is half of one, or another."""
    headers = {"Content-Type": "application/json"}
    error = await served.fail(rendition, Response(body, headers=headers))
    assert isinstance(error, TaggerUnavailableError)
    assert str(served.server.url.partition("//")[2]) in str(error)
    maybe_paid(served, error)


async def test_connection_is_cut(served: Served, rendition: Rendition) -> None:
    """An answer that ends too early is none, though it was billed, as like as not."""
    whole = served.service.says(json.dumps(answer()))
    error = await served.fail(rendition, Response(whole.body, cut=True))
    assert isinstance(error, TaggerUnavailableError)
    assert "broke off the connection" in str(error)
    maybe_paid(served, error)
    assert len(served.server.received) == 1


async def test_service_is_silent(served: Served, rendition: Rendition) -> None:
    """It is given up after the time that was set, and may have been at work all the while."""
    made = make(served.service, served.server.url, timeout=0.3)
    for response in (Response(hangs=True), Response(drips=True)):
        served.server.plays(response)
        with pytest.raises(TaggerUnavailableError, match=r"not answered within 0\.3 s") as caught:
            async with asyncio.timeout(5):
                await made.observe(rendition, FACTS)
        maybe_paid(served, caught.value)
    await made.aclose()


async def test_nobody_listens(served: Served, rendition: Rendition) -> None:
    """Nothing was sent, so that nothing was paid."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        made = make(served.service, f"http://127.0.0.1:{free.getsockname()[1]}")
        for ask in (made.observe(rendition, FACTS), made.probe()):
            with pytest.raises(TaggerUnavailableError, match="cannot be reached") as caught:
                await ask
            assert caught.value.usage == Usage()
    await made.aclose()


async def test_key_is_not_accepted(served: Served, rendition: Rendition) -> None:
    """The run stops, and the variable is named."""
    error = await served.fail(rendition, served.service.unauthorised)
    assert isinstance(error, TaggerSetupError)
    assert served.service.key in str(error)
    assert error.stops_run
    assert error.usage == UNPAID


async def test_account_is_used_up(served: Served, rendition: Rendition) -> None:
    """It is no rate that lets more through in a minute: a person is asked for."""
    error = await served.fail(rendition, served.service.used_up)
    assert isinstance(error, BudgetError)
    assert error.usage == UNPAID


async def test_photo_is_refused(served: Served, rendition: Rendition) -> None:
    """Asked once; what the service counted for it is kept."""
    error = await served.fail(rendition, served.service.refuses)
    assert isinstance(error, TaggerRefusedError)
    assert len(served.server.received) == 1
    assert error.usage is not None
    assert error.usage.input_tokens == 1_000


async def test_answer_is_cut_off(served: Served, rendition: Rendition) -> None:
    """What can be read of it is taken, without a second request."""
    text = json.dumps(answer())
    served.server.plays(served.service.cut_off(text[: text.index("backlight")]))
    told = await served.tagger.observe(rendition, FACTS)
    assert [one.label for one in told.observations] == ["tabby cat", "windowsill"]
    assert len(served.server.received) == 1


async def test_answer_is_cut_off_before_it_says_anything(
    served: Served, rendition: Rendition
) -> None:
    """It is asked for once more, with more room, and paid twice."""
    says = served.service.says
    served.server.plays(served.service.cut_off('{"tags": ['), says(json.dumps(answer())))
    told = await served.tagger.observe(rendition, FACTS)
    assert len(told.observations) == 3
    assert len(served.server.received) == told.usage.requests == 2
    assert b"1024" in served.server.received[1].raw


async def test_tool_is_called_instead(served: Served, rendition: Rendition) -> None:
    """An answer is an answer in whatever envelope."""
    served.server.plays(served.service.calls(answer()))
    told = await served.tagger.observe(rendition, FACTS)
    assert len(told.observations) == 3
    assert len(served.server.received) == 1


async def test_model_only_reasons(served: Served, rendition: Rendition) -> None:
    """Thoughts are no answer; it is asked once more, and never a third time."""
    error = await served.fail(rendition, served.service.reasons)
    assert isinstance(error, TaggerAnswerError)
    assert "nothing at all" in str(error)
    assert len(served.server.received) == 2
    assert error.usage is not None
    assert (error.usage.requests, error.usage.input_tokens) == (2, 2_000)


async def test_model_talks(served: Served, rendition: Rendition) -> None:
    """Prose is repaired once, then quoted."""
    error = await served.fail(rendition, served.service.says("What a lovely cat!"))
    assert isinstance(error, TaggerAnswerError)
    assert "What a lovely cat!" in str(error)
    assert len(served.server.received) == 2


async def test_answer_is_in_another_language(served: Served, rendition: Rendition) -> None:
    """Labels arrive as they were said, in any script: matching them is for the taxonomy."""
    said = ["Katze", "猫", "кошка", "قطة"]
    tags = [{"label": one, "confidence": 0.9, "kind": "object", "synonyms": []} for one in said]
    served.server.plays(served.service.says(json.dumps(answer(tags=tags))))
    told = await served.tagger.observe(rendition, FACTS)
    assert [one.label for one in told.observations] == said


async def test_same_answer_for_every_picture(served: Served) -> None:
    """Who answers without looking is found out before a run."""
    served.server.plays(served.service.says(json.dumps(answer())))
    with pytest.raises(TaggerSetupError, match="without seeing the picture"):
        await served.tagger.check()


async def test_service_is_there(served: Served) -> None:
    """A probe asks for what costs nothing: a list of models, which a server may not have."""
    for response in (Response({"data": []}), Response({"error": "?"}, 404)):
        served.server.plays(response)
        await served.tagger.probe()
    assert {one.method for one in served.server.received} == {"GET"}


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (Response(PAGE, 502), TaggerUnavailableError),
        (Response("", 503), TaggerUnavailableError),
        (Response(PAGE, cut=True, status=500), TaggerUnavailableError),
    ],
)
async def test_service_is_still_down(
    served: Served, response: Response, kind: type[TaggerError]
) -> None:
    """A gateway that answers in place of the service is not the service."""
    served.server.plays(response)
    with pytest.raises(kind):
        await served.tagger.probe()


async def test_probe_of_a_service_that_minds_keys(served: Served) -> None:
    """A key that is not accepted is found out; Bedrock's probe has none."""
    if served.service.spec.startswith("bedrock"):
        pytest.skip("it is not signed")
    served.server.plays(Response({"error": "no"}, 401))
    with pytest.raises(TaggerSetupError, match=served.service.key):
        await served.tagger.probe()
    served.server.plays(Response({"error": "slow down"}, 429, {"Retry-After": "3"}))
    with pytest.raises(TaggerBusyError) as caught:
        await served.tagger.probe()
    assert caught.value.retry_after == 3
    assert all(
        "sk-test" in one.headers.get("authorization", "") + one.headers.get("x-goog-api-key", "")
        for one in served.server.received
    )


async def test_limits_are_learned(served: Served, rendition: Rendition) -> None:
    """What headers say is told once; services that say nothing are asked for nothing."""
    reply = served.service.says(json.dumps(answer()))
    served.server.plays(Response(reply.body, headers=dict(served.service.quota)))
    await served.tagger.observe(rendition, FACTS)
    expected = Quota(59, 1.0, 149_984, 360.0) if served.service.quota else None
    assert served.tagger.quota() == expected
    assert served.tagger.quota() is None


async def test_limits_are_learned_from_rejections(running: Served, rendition: Rendition) -> None:
    """A 429 says it too."""
    service = running.service
    headers = {**service.quota, "x-ratelimit-remaining-requests": "0"}
    if service not in (OPENAI, ANTHROPIC):
        pytest.skip("says nothing of its limits")
    await running.fail(rendition, service.fails(429, "slow down", headers))
    told = running.tagger.quota()
    assert told is not None
    assert (told.requests, told.tokens) == (0, 149_984)


async def test_account_is_told_by_its_key(served: Served) -> None:
    """Each model of an account has limits of its own; the key itself is nowhere to be seen."""
    spec = served.service.spec
    scheme, _, model = spec.partition(":")
    other = Service(**{**vars(served.service), "spec": f"{scheme}:another-{model}"})
    assert make(other, served.server.url).account != served.tagger.account
    again = make(served.service, served.server.url, requests_per_minute=30, tokens_per_minute=9_000)
    assert again.account == served.tagger.account
    assert again.limits == Limits(30, 9_000)
    assert served.tagger.limits == Limits()
    assert "sk-test" not in again.account
    assert again.account.startswith(scheme)
    assert isinstance(again, LimitedTagger)
    assert isinstance(again, ProbingTagger)


def maybe_paid(served: Served, error: TaggerError) -> None:
    """Fail unless it is said that this call may have cost something, where anybody bills."""
    cost = None if served.service.billed else Decimal(0)
    assert error.usage == Usage(requests=1, cost=cost)
