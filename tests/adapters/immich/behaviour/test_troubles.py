"""Servers that fail, restart and are upgraded."""

from __future__ import annotations

import time

import httpx
import pytest
from tests.adapters.immich.server import KEY, ImmichServer, Trouble, Xmp, at_random, in_turn

from .conftest import Ask


def test_as_planned(immich: ImmichServer, ask: Ask) -> None:
    """In turn, for some calls; afterwards all is well."""
    immich.plan = in_turn([Trouble(503), None, Trouble(429, retry_after=7)], "/tags")
    ask("GET", "/tags", status=503)
    ask("GET", "/server/version")
    ask("GET", "/tags")
    ask("GET", "/tags", status=429)
    ask("GET", "/tags")


def test_too_many(immich: ImmichServer, http: httpx.Client) -> None:
    """How long to wait is told."""
    immich.plan = in_turn([Trouble(429, retry_after=7)])
    assert http.get(f"{immich.url}/api/tags").headers["retry-after"] == "7"


def test_answer_lost(immich: ImmichServer, ask: Ask) -> None:
    """The work may be done all the same."""
    immich.plan = in_turn([Trouble(502), Trouble(502, done=True)])
    ask("PUT", "/tags", {"tags": ["a"]}, 502)
    assert immich.upsert() == []
    assert immich.account.tags.find("a") is None
    ask("PUT", "/tags", {"tags": ["a"]}, 502)
    assert immich.account.tags.find("a") is not None


def test_cut(immich: ImmichServer, ask: Ask) -> None:
    """The connection breaks in the middle."""
    immich.plan = in_turn([Trouble(cut=True)])
    with pytest.raises(httpx.RemoteProtocolError):
        ask("GET", "/tags")


def test_by_chance(immich: ImmichServer, http: httpx.Client) -> None:
    """The same seed brings the same troubles, about as many as asked for."""
    runs = []
    for _ in range(2):
        immich.plan = at_random(3, 0.3, (Trouble(500), Trouble(503)))
        place = f"{immich.url}/api/server/version"
        runs.append([http.get(place).status_code for _ in range(100)])
    assert runs[0] == runs[1]
    assert 15 <= sum(status != 200 for status in runs[0]) <= 45


def test_restart(immich: ImmichServer, ask: Ask) -> None:
    """Nobody answers meanwhile; what was queued is done afterwards."""
    asset = immich.upload()
    immich.settle()
    immich.tag(asset, "a")
    immich.down()
    with pytest.raises(httpx.TransportError):
        ask("GET", "/tags")
    immich.advance(10)
    assert not immich.clock.idle
    immich.up()
    immich.settle()
    assert asset.sidecar == Xmp(("a",))
    assert ask("GET", f"/assets/{asset.id}")["tags"][0]["value"] == "a"


def test_upgrade(immich: ImmichServer, ask: Ask) -> None:
    """Data stay, and answers take another shape."""
    asset = immich.upload()
    (tag,) = immich.upsert("a")
    immich.upgrade("3.1.0")
    assert ask("GET", "/server/version")["major"] == 3
    assert "deviceId" not in ask("GET", f"/assets/{asset.id}")
    assert [one["id"] for one in ask("GET", "/tags")] == [tag]


def test_time_by_itself(immich: ImmichServer, http: httpx.Client) -> None:
    """What is to happen does, without the test letting time go on."""
    asset = immich.upload()
    immich.run(speed=20)
    end = time.monotonic() + 10
    place = f"{immich.url}/api/assets/{asset.id}"
    while http.get(place, headers={"x-api-key": KEY}).json()["thumbhash"] is None:
        assert time.monotonic() < end
