"""What the failures of label services mean: for the photo, for the run, for the purse."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import traceback
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime

import pytest
from tests.adapters.loopback import Response

from tagwright.errors import (
    BudgetError,
    TaggerAnswerError,
    TaggerBusyError,
    TaggerError,
    TaggerSetupError,
    TaggerUnavailableError,
)
from tagwright.model import Facts, Rendition, Usage
from tagwright.ports import Tagger

from . import imagga_service, rekognition_service
from .conftest import Make
from .server import LabelServer
from .vendors import GOOGLE, IMAGGA, PAGE, REKOGNITION, Vendor, title

SECOND = {  # features, the answer to the second request, and what it says
    "imagga": (["tags", "colours"], imagga_service.colours((200, 30, 25, 60.0)), "red"),
    "rekognition": (["text", "labels"], rekognition_service.texts(("FRESH BREAD", 99.0)), "text"),
}
FREE = Usage(requests=1, cost=Decimal(0))


async def fail(made: Tagger, rendition: Rendition) -> TaggerError:
    """Return the error that looking at a photo ends with."""
    with pytest.raises(TaggerError) as caught:
        await made.observe(rendition, Facts(name="secret-name.jpg"))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 600
    return caught.value


async def test_key_is_not_accepted(
    vendor: Vendor, server: LabelServer, tagger: Make, rendition: Rendition
) -> None:
    """The run stops, the variable is named, and nothing was paid."""
    made = tagger()
    for response in (vendor.unauthorised, vendor.forbidden, Response(PAGE, 403)):
        server.plays(response)
        error = await fail(made, rendition)
        assert isinstance(error, TaggerSetupError)
        assert error.stops_run
        assert vendor.key_name in str(error)
        assert error.cure
        assert error.usage == FREE
    assert len(server.received) == 3


async def test_quota_is_used_up(
    vendor: Vendor, server: LabelServer, tagger: Make, rendition: Rendition
) -> None:
    """A limit that only a person or another month lifts stops the run."""
    made = tagger()
    for response in (*vendor.used_up, Response("{}", 402)):
        server.plays(response)
        error = await fail(made, rendition)
        assert isinstance(error, BudgetError)
        assert error.usage == FREE


async def test_too_many_requests(
    vendor: Vendor, server: LabelServer, tagger: Make, rendition: Rendition
) -> None:
    """Without a word on how long to wait, or with a senseless one, no wait is known."""
    made = tagger()
    for headers in ({}, {"Retry_After": "soon"}, {"Retry_After": "-5"}, {"Retry_After": "nan"}):
        server.plays(vendor.busy(**headers))
        error = await fail(made, rendition)
        assert isinstance(error, TaggerBusyError)
        assert error.retry_after is None
        assert error.usage == FREE


async def test_service_says_how_long_to_wait(
    vendor: Vendor, server: LabelServer, tagger: Make, rendition: Rendition
) -> None:
    """Seconds and dates are understood; a date gone by means now."""
    made = tagger()
    in_an_hour = format_datetime(datetime.now(UTC) + timedelta(hours=1))
    gone = "Wed, 21 Oct 2015 07:28:00 GMT"
    for said, low, high in (("7", 7, 7), ("0", 0, 0), (in_an_hour, 3_000, 3_600), (gone, 0, 0)):
        server.plays(vendor.busy(Retry_After=said))
        error = await fail(made, rendition)
        assert isinstance(error, TaggerUnavailableError)
        assert error.retry_after is not None
        assert low <= error.retry_after <= high
    assert len(server.received) == 4  # nothing is tried again here, by the client library either


async def test_service_is_down(
    vendor: Vendor, server: LabelServer, tagger: Make, rendition: Rendition
) -> None:
    """Its own words, a gateway's page with any status, and a broken line are transient."""
    made = tagger()
    cut = Response(vendor.cat.body, cut=True, headers=vendor.cat.headers)
    responses = (
        vendor.down,
        Response(PAGE, 502),
        Response(PAGE, 503),
        Response(PAGE, 400),
        Response(PAGE),
        Response("", 500),
        cut,
    )
    for response in responses:
        server.plays(response)
        error = await fail(made, rendition)
        assert isinstance(error, TaggerUnavailableError), response
        assert "127.0.0.1" in str(error)
    assert len(server.received) == len(responses)


async def test_silence_is_bounded(
    vendor: Vendor, server: LabelServer, tagger: Make, rendition: Rendition
) -> None:
    """A service that never answers, or never ends, is given up after the time-out."""
    made = tagger(timeout=1.0)
    server.plays(vendor.cat)
    await made.observe(rendition, Facts(name=""))  # the client library is loaded
    server.plays(Response(hangs=True), Response(drips=True))
    async with asyncio.timeout(20):
        errors = await asyncio.gather(fail(made, rendition), fail(made, rendition))
    for error in errors:
        assert isinstance(error, TaggerUnavailableError)
        assert "has not answered within 1 s" in str(error)
        assert error.usage == Usage(requests=1, cost=Decimal(vendor.cost))  # it may have worked


async def test_nobody_listens(
    vendor: Vendor, server: LabelServer, tagger: Make, rendition: Rendition
) -> None:
    """Nothing was sent, and nothing paid."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        made = tagger(base_url=f"http://127.0.0.1:{free.getsockname()[1]}")
        error = await fail(made, rendition)
    assert isinstance(error, TaggerUnavailableError)
    assert "cannot be reached" in str(error)
    assert error.usage == Usage()


async def test_answer_cannot_be_read(
    vendor: Vendor, server: LabelServer, tagger: Make, rendition: Rendition
) -> None:
    """It is quoted, noted for the photo, and counts as paid."""
    made = tagger()
    whole = json.dumps(vendor.cat.body)
    for body in (whole[: len(whole) // 2], "", "[1, 2]", "null", '{"other": 1}', "\x1b[2J{"):
        server.plays(Response(body))
        error = await fail(made, rendition)
        assert isinstance(error, TaggerAnswerError), body
        assert "not as its API does" in str(error)
        assert error.usage == Usage(requests=1, cost=Decimal(vendor.cost))
    server.plays(Response(whole[: len(whole) // 2]))
    assert whole[:40] in str(await fail(made, rendition))


async def test_picture_is_rejected(
    vendor: Vendor, server: LabelServer, tagger: Make, rendition: Rendition
) -> None:
    """Too large or of no format that it takes: this photo, for good, and the run goes on."""
    made = tagger()
    for response in vendor.rejections:
        server.plays(response)
        error = await fail(made, rendition)
        assert isinstance(error, TaggerAnswerError)
        assert not error.stops_run
        assert error.usage == FREE


async def test_wrong_address(
    vendor: Vendor, server: LabelServer, tagger: Make, rendition: Rendition
) -> None:
    """What is not there, or is said to be elsewhere, is for a person to put right."""
    made = tagger()
    for response in (
        Response({}, 404),
        Response(PAGE, 404),
        Response("", 307, {"Location": "http://127.0.0.1:9/"}),
    ):
        server.plays(response)
        error = await fail(made, rendition)
        assert isinstance(error, TaggerSetupError)
        assert "base_url" in str(error)


async def test_key_is_never_shown(
    vendor: Vendor,
    server: LabelServer,
    tagger: Make,
    rendition: Rendition,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not even when the service repeats it: neither in message, traceback, log nor repr."""
    caplog.set_level(logging.INFO)  # at DEBUG botocore logs whatever comes back
    # AWS's access key identifier goes with each signature and is no secret.
    hidden = [value for name, value in vendor.secrets.items() if name != "AWS_ACCESS_KEY_ID"]
    echo = " ".join(hidden)
    body = {"error": {"message": echo}, "message": echo, "status": {"text": echo}}
    made = tagger()
    for status in (200, 400, 401, 404, 429, 500):
        server.plays(Response(body, status))
        error = await fail(made, rendition)
        told = "".join(traceback.format_exception(error))
        for secret in hidden:
            assert secret not in told + repr(vars(made)) + repr(made.recipe)
    server.plays(vendor.cat)
    caplog.set_level(logging.DEBUG)
    await made.observe(rendition, Facts(name=""))
    for secret in hidden:
        assert secret not in caplog.text
        assert all(secret not in one.target for one in server.received)


@pytest.mark.parametrize("vendor", [IMAGGA, REKOGNITION], indirect=True, ids=title)
async def test_what_is_paid_is_not_asked_again(
    vendor: Vendor, server: LabelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """A photo takes two requests: if the second fails, only that one is repeated."""
    second = SECOND[title(vendor)]
    made = tagger(features=second[0])
    server.plays(vendor.cat, vendor.busy(), second[1])
    error = await fail(made, rendition)
    assert error.usage == Usage(requests=2, cost=Decimal(vendor.cost))
    answer = await made.observe(rendition, facts)
    assert answer.usage == Usage(requests=1, cost=Decimal(vendor.cost))
    assert [one.label.lower() for one in answer.observations] == ["cat", "whiskers", second[2]]
    assert len(server.received) == 3


@pytest.mark.parametrize("vendor", [GOOGLE], indirect=True, ids=title)
async def test_answer_without_end(
    vendor: Vendor, server: LabelServer, tagger: Make, rendition: Rendition
) -> None:
    """A body of more than 16 MB is no answer."""
    server.plays(Response(" " * (17 * 2**20)))
    assert isinstance(await fail(tagger(timeout=20), rendition), TaggerAnswerError)
