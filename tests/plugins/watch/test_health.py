"""Whether the daemon is alive and ready, asked over real HTTP."""

from __future__ import annotations

import asyncio
import socket
import time

import httpx
import pytest

from tagwright.errors import ConfigurationError
from tagwright.state import Lane
from tagwright_plugins.watch.health.serving import serving
from tagwright_plugins.web.listening import parse

from .conftest import Daemon

LOCAL = "127.0.0.1:0"


async def test_a_daemon_whose_loop_turns_is_alive(lane: Lane, daemon: Daemon) -> None:
    async with serving(LOCAL, lane, daemon) as url, httpx.AsyncClient(base_url=str(url)) as client:
        answer = await client.get("/healthz")
        assert answer.status_code == 200
        assert answer.json()["alive"] is True

        daemon.becomes(beat=time.monotonic() - 3600)
        answer = await client.get("/healthz")
        assert answer.status_code == 503
        assert answer.json()["beat_age_seconds"] >= 3600


async def test_ready_says_what_is_and_what_is_not(lane: Lane, daemon: Daemon) -> None:
    async with serving(LOCAL, lane, daemon) as url, httpx.AsyncClient(base_url=str(url)) as client:
        answer = await client.get("/readyz")
        assert answer.status_code == 200
        said = answer.json()
        assert (said["state"], said["watcher"], said["tagger"]) == ("open", "live", "reachable")
        assert said["photos"] == {"tagged": 3}

        daemon.becomes(watching=False)
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["watcher"] == "not live"


async def test_waiting_for_the_tagger_is_ready_and_says_why(lane: Lane, daemon: Daemon) -> None:
    daemon.becomes(tagger="waiting", reason="ollama does not answer")
    async with serving(LOCAL, lane, daemon) as url, httpx.AsyncClient(base_url=str(url)) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert (answer.json()["tagger"], answer.json()["reason"]) == (
        "waiting",
        "ollama does not answer",
    )


async def test_another_name_for_this_machine_is_refused(lane: Lane, daemon: Daemon) -> None:
    """A web page may point a name of its own at 127.0.0.1."""
    async with serving(LOCAL, lane, daemon) as url, httpx.AsyncClient(base_url=str(url)) as client:
        port = httpx.URL(str(url)).port
        for path in ("/readyz", "/metrics"):
            answer = await client.get(path, headers={"host": f"evil.example:{port}"})
            assert answer.status_code == 421


async def test_others_need_the_token_but_for_being_alive(
    lane: Lane, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAGWRIGHT_WATCH_TOKEN", "long and secret")
    async with serving("0.0.0.0:0", lane, daemon) as url:
        port = httpx.URL(str(url)).port
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            assert (await client.get("/healthz")).status_code == 200
            assert (await client.get("/metrics")).status_code == 401
            wrong = {"authorization": "Bearer long and wrong"}
            assert (await client.get("/readyz", headers=wrong)).status_code == 401
            right = {"authorization": "Bearer long and secret"}
            assert (await client.get("/readyz", headers=right)).status_code == 200


async def test_without_a_token_others_are_not_let_in(
    lane: Lane, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TAGWRIGHT_WATCH_TOKEN", raising=False)
    with pytest.raises(ConfigurationError, match="TAGWRIGHT_WATCH_TOKEN"):
        async with serving("0.0.0.0:0", lane, daemon):
            pass


async def test_an_address_in_use_is_named_and_does_not_end_the_daemon(
    lane: Lane, daemon: Daemon, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with serving(f"127.0.0.1:{port}", lane, daemon) as url:
            assert url is None
    assert f"port {port}" in caplog.text


async def test_nothing_is_served_where_none_is_wanted(lane: Lane, daemon: Daemon) -> None:
    async with serving("none", lane, daemon) as url:
        assert url is None


async def test_the_end_closes_the_address(lane: Lane, daemon: Daemon) -> None:
    async with serving(LOCAL, lane, daemon) as url:
        port = httpx.URL(str(url)).port
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


@pytest.mark.parametrize("text", ["", "9464", ":9464", "host:", "host:x", "host:70000", "::1:9464"])
def test_what_is_no_address_is_an_error(text: str) -> None:
    with pytest.raises(ConfigurationError, match="is no address"):
        parse(text, "watch.listen")


def test_addresses_of_both_families_are_read() -> None:
    assert parse("[::1]:9464", "watch.listen") == ("::1", 9464)
    assert parse("nas.local:80", "watch.listen") == ("nas.local", 80)
