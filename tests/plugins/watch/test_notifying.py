"""Whom the daemon tells of trouble, when, and what a failing hook does to it: nothing."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwright.errors import ConfigurationError, MissingProgramError
from tagwright_plugins.watch.notifying.channels import (
    Channel,
    ChannelError,
    Command,
    Webhook,
    make_channels,
)
from tagwright_plugins.watch.notifying.notices import RARELY, Kind, Notice, Notices
from tagwright_plugins.watch.notifying.notifier import Notifier

WRITE = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read())"
AWAY = Notice(Kind.TAGGER_AWAY, "ollama does not answer.")


class Hook(ThreadingHTTPServer):
    """A webhook on loopback, and what was posted there."""

    def __init__(self) -> None:
        self.posted: list[dict[str, object]] = []
        self.status = 204
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook/very-secret"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Hook)
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.posted.append(json.loads(body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its signature
        pass


@pytest.fixture
def hook() -> Iterator[Hook]:
    server = Hook()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_trouble_is_told_once_when_it_has_lasted() -> None:
    notices = Notices()
    notices.begins(Kind.TAGGER_AWAY, "away", 0, after=900)
    notices.begins(Kind.TAGGER_AWAY, "still away", 600, after=900)
    assert notices.due(899) == []
    assert notices.next_at() == 900
    assert notices.due(900) == [Notice(Kind.TAGGER_AWAY, "away")]
    notices.begins(Kind.TAGGER_AWAY, "still away", 5000, after=900)
    assert notices.due(9999) == []
    notices.ends(Kind.TAGGER_AWAY, "back", 10_000)
    assert notices.due(10_000) == [Notice(Kind.TAGGER_AWAY, "back", over=True)]
    assert notices.next_at() is None


def test_what_passes_before_it_is_told_is_never_told() -> None:
    notices = Notices()
    notices.begins(Kind.TAGGER_AWAY, "away", 0, after=900)
    notices.ends(Kind.TAGGER_AWAY, "back", 800)
    assert notices.due(10_000) == []


def test_photos_that_are_set_aside_are_told_together() -> None:
    notices = Notices()
    notices.counts(Kind.SET_ASIDE, "some", 1, 0)
    assert notices.due(0) == [Notice(Kind.SET_ASIDE, "some")]
    for second in range(1, 100):
        notices.counts(Kind.SET_ASIDE, "some", 2, second)
        assert notices.due(second) == []
    assert notices.due(RARELY) == [Notice(Kind.SET_ASIDE, "some", count=198)]


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 300)), max_size=200))
def test_no_trouble_that_comes_and_goes_makes_a_flood(steps: list[tuple[bool, float]]) -> None:
    """However often it is met: at most one notice and its end in ten minutes, in turn."""
    notices, now = Notices(), 0.0
    told: list[Notice] = []
    for there, seconds in steps:
        now += seconds
        if there:
            notices.begins(Kind.DISK, "full", now)
        else:
            notices.ends(Kind.DISK, "room", now)
        told += notices.due(now)
    assert len(told) <= 2 * (now / 600 + 1) + 1
    assert [one.over for one in told] == [bool(place % 2) for place in range(len(told))]


async def test_a_command_gets_json_and_never_a_shell(tmp_path: Path) -> None:
    target = tmp_path / "$(touch x); said"
    await Command([sys.executable, "-c", WRITE, str(target)]).send(AWAY)
    said = json.loads(target.read_text())
    assert (said["event"], said["over"], said["message"]) == ("tagger away", False, AWAY.message)
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["/no/such/program"], "cannot be started: No such file"),
        ([sys.executable, "-c", "raise SystemExit(7)"], "ended with code 7"),
        ([sys.executable, "-c", "import time; time.sleep(60)"], "took longer than 0.2 s"),
    ],
)
async def test_a_command_that_fails_says_how(argv: list[str], said: str) -> None:
    with pytest.raises(ChannelError, match=said):
        await Command(argv, patience=0.2 if "sleep" in argv[-1] else 20).send(AWAY)


async def test_a_webhook_is_posted_json(hook: Hook) -> None:
    await Webhook(hook.url).send(Notice(Kind.SET_ASIDE, "b.jpg", count=4))
    assert hook.posted[0]["event"] == "set aside"
    assert hook.posted[0]["count"] == 4


async def test_the_address_of_a_webhook_is_in_no_message(hook: Hook) -> None:
    hook.status = 500
    with pytest.raises(ChannelError, match="HTTP 500") as refused:
        await Webhook(hook.url).send(AWAY)
    with pytest.raises(ChannelError) as absent:
        await Webhook("http://127.0.0.1:1/very-secret").send(AWAY)
    with pytest.raises(ConfigurationError) as wrong:
        Webhook("very-secret")
    for raised in (refused, absent, wrong):
        assert "very-secret" not in str(raised.value)


def test_channels_come_from_the_configuration_and_from_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("WATCH_WEBHOOK", "WATCH_APPRISE"):
        monkeypatch.delenv(f"TAGWRIGHT_{name}", raising=False)
    assert make_channels([]) == []
    (tmp_path / "hook").write_text("https://example.org/x\n")
    monkeypatch.setenv("TAGWRIGHT_WATCH_WEBHOOK_FILE", str(tmp_path / "hook"))
    assert [one.name for one in make_channels(["true"])] == ["the command", "the webhook"]
    monkeypatch.setenv("TAGWRIGHT_WATCH_APPRISE", "json://localhost")
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(MissingProgramError, match="Apprise is not installed"):
        make_channels([])


async def test_a_failing_hook_neither_ends_the_notifier_nor_keeps_others_from_hearing(
    hook: Hook, caplog: pytest.LogCaptureFixture
) -> None:
    notifier = Notifier([Command(["/no/such/program"]), Webhook(hook.url)], away=900)
    serving = asyncio.create_task(notifier.serve())
    notifier.set_aside(2)
    notifier.trouble(Kind.TAGGER_AWAY, "not yet worth a word")
    notifier.trouble(Kind.DISK, "the disk is full")
    notifier.stopped("the state cannot be used")
    notifier.close()
    await asyncio.wait_for(serving, 20)
    assert [one["event"] for one in hook.posted] == ["stopped", "disk", "set aside"]
    assert caplog.text.count("the command did not take") == 3


async def test_a_tagger_that_stays_away_is_told_without_anything_else_happening(
    hook: Hook,
) -> None:
    channels: list[Channel] = [Webhook(hook.url)]
    notifier = Notifier(channels, away=0.05)
    serving = asyncio.create_task(notifier.serve())
    notifier.trouble(Kind.TAGGER_AWAY, "away")
    while not hook.posted:
        await asyncio.sleep(0.01)
    notifier.over(Kind.TAGGER_AWAY, "back")
    notifier.close()
    await asyncio.wait_for(serving, 20)
    assert [(one["event"], one["over"]) for one in hook.posted] == [
        ("tagger away", False),
        ("tagger away", True),
    ]
