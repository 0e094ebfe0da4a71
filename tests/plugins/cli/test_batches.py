"""``tagwright tag --batch`` and ``tagwright batches`` against services on loopback."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.adapters.llm.batches.anthropic_service import AnthropicService
from tests.adapters.llm.batches.openai_service import OpenAiService
from tests.adapters.llm.batches.services import BatchService, Outcome, running
from tests.adapters.llm.replies import answer, error
from tests.adapters.llm.server import KEY

from tagwright_plugins.cli.main import cli

from .conftest import Done

CAT = {"label": "kitten", "confidence": 0.95, "kind": "object", "synonyms": []}
KEYS = {"OPENAI_API_KEY": KEY, "ANTHROPIC_API_KEY": KEY}
PHOTOS = ("cat.jpg", "coffee.jpg", "rocket.jpg", "flower.jpg")


@pytest.fixture(params=[OpenAiService, AnthropicService], ids=["openai", "anthropic"])
def service(request: pytest.FixtureRequest) -> Iterator[BatchService]:
    """A service that sees a kitten on every photo."""
    with running(request.param) as made:
        made.answering = lambda _custom, _body: Outcome(made.says(answer(tags=[CAT])))
        yield made


openai = pytest.mark.parametrize("service", [OpenAiService], indirect=True, ids=["openai"])


@pytest.fixture
def ask(
    service: BatchService, tmp_path: Path, home: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Done]:
    """Run ``tagwright`` with that service as its tagger, in this process: it starts at once."""
    claude = isinstance(service, AnthropicService)
    spec, path = ("anthropic:claude-haiku-4-5", "") if claude else ("openai:gpt-4o-mini", "/v1")
    (tmp_path / "tagwright.toml").write_text(
        f'taggers = ["{spec}"]\n[run]\npatience = 2\n[batch]\npoll = 0.05\n'
        f'[tagger.{spec.partition(":")[0]}]\nbase_url = "{service.url}{path}"\n'
    )
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Done:
        done = CliRunner().invoke(cli, list(map(str, arguments)), env=home | KEYS)
        return Done(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def cats(tmp_path: Path, photos: Path) -> Path:
    """Four different photos."""
    folder = tmp_path / "cats"
    folder.mkdir()
    for name in PHOTOS:
        shutil.copy(photos / name, folder)
    return folder


def _objects(done: Any, kind: str) -> list[dict[str, Any]]:
    return [one for one in done.objects if one.get("type") == kind]


def _tags(read: Any, cats: Path) -> list[str]:
    return [
        read(cats / name, "-XMP-digiKam:TagsList")["XMP-digiKam:TagsList"][0] for name in PHOTOS
    ]


def test_a_folder_is_tagged_at_half_the_price(
    ask: Any, service: BatchService, cats: Path, read: Any
) -> None:
    """What the summary says was spent is what the service has billed; a second run asks nothing."""
    done = ask("tag", cats, "--batch", "--json")
    assert done.code == 0, done.err
    figures = _objects(done, "batches")[0]
    assert (figures["submitted"], figures["batches"], figures["answered"]) == (4, 1, 4)
    assert done.summary["tagged"] == 4
    assert done.summary["spent"]["usd"] == figures["usd"] == float(service.billed) > 0
    assert _tags(read, cats) == ["Animals/Cat"] * 4
    calls = len(service.calls)
    assert ask("tag", cats, "--batch").code == 0
    assert len(service.calls) == calls


def _start(tmp_path: Path, home: dict[str, str], cats: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tagwright_plugins.cli", "tag", str(cats), "--batch"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=tmp_path, env=home | KEYS, stdout=pipe, stderr=pipe)


@openai
def test_ctrl_c_leaves_batches_at_the_service(
    ask: Any, service: BatchService, cats: Path, tmp_path: Path, home: dict[str, str], read: Any
) -> None:
    """It says so; the same command collects them and hands over nothing again."""
    service.finishes = False
    poll = _polls(service)
    with _start(tmp_path, home, cats) as process:
        service.after[poll] = lambda: os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err.decode()
    assert "1 batch goes on at the service" in out.decode()
    assert "Ctrl-C leaves the batches at the service" in err.decode()
    listed = ask("batches", "--json").objects[0]
    assert (listed["status"], listed["photos"], listed["outcomes"]) == (
        "submitted",
        4,
        {"under way": 4},
    )
    assert "running" in ask("batches").out
    service.finishes = True
    done = ask("tag", cats, "--batch", "--json")
    assert (done.code, done.summary["tagged"]) == (0, 4)
    assert len(service.asked) == 4
    assert _objects(done, "batches")[0]["usd"] == float(service.billed)
    assert _tags(read, cats) == ["Animals/Cat"] * 4


def _polls(service: BatchService) -> str:
    openai = isinstance(service, OpenAiService)
    return "GET /v1/batches/{}" if openai else "GET /v1/messages/batches/{}"


@pytest.mark.parametrize(
    ("service", "call"),
    [
        (OpenAiService, "POST /v1/files"),
        (OpenAiService, "POST /v1/batches"),
        (OpenAiService, "GET /v1/files/{}/content"),
        (AnthropicService, "POST /v1/messages/batches"),
    ],
    indirect=["service"],
)
def test_kill_9_pays_for_nothing_twice(
    ask: Any, service: BatchService, cats: Path, tmp_path: Path, home: dict[str, str], call: str
) -> None:
    """Between note and handing over, before the answer comes, while collecting."""
    with _start(tmp_path, home, cats) as process:
        service.after[call] = lambda: os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    done = ask("tag", cats, "--batch", "--json")
    assert (done.code, done.summary["tagged"]) == (0, 4), done.err
    assert len(service.asked) == 4
    assert _objects(done, "batches")[0]["usd"] == float(service.billed)
    statuses = {one["status"] for one in ask("batches", "--json").objects}
    assert statuses == ({"lost", "ended"} if call == "POST /v1/files" else {"ended"})


@openai
def test_a_dry_run_hands_over_nothing(ask: Any, service: BatchService, cats: Path) -> None:
    """It says how many photos, batches and bytes."""
    done = ask("tag", cats, "--batch", "--dry-run")
    assert done.code == 0, done.err
    assert "4 photos would go into 1 batch" in done.out
    assert service.calls == []
    figures = ask("tag", cats, "--batch", "--dry-run", "--json").objects[0]
    assert figures["taggers"]["openai:gpt-4o-mini"]["photos"] == 4


def test_cancelling(ask: Any, service: BatchService, cats: Path, tmp_path: Path) -> None:
    """Answers given before are kept, the other photos are free for the ordinary lane."""
    first: list[str] = []

    def reply(custom: str, _body: Any) -> Outcome:
        first.append(custom)
        if len(first) == 1:
            return Outcome(service.says(answer(tags=[CAT])))
        return Outcome(ended="cancelled")

    service.answering = reply
    service.finishes = False
    service.troubles[_polls(service)] = [error(401, "key revoked")]
    assert ask("tag", cats, "--batch").code == 2
    assert ask("batches", "cancel", "7").code == 2
    asked = ask("batches", "cancel", "all")
    assert "will be cancelled" in asked.out
    service.finishes = True
    service.ends_as = "cancelled"
    again = ask("batches", "cancel", "1")
    assert "cancelled; 1 answers were there before" in again.out
    assert "cancelled already" in ask("batches", "cancel", "1").out
    done = ask("batches", "--json").objects[0]
    assert done["outcomes"] == {"answered": 1, "cancelled": 3}


@openai
def test_one_bad_photo_and_trouble_of_the_service(
    ask: Any, service: BatchService, cats: Path
) -> None:
    """A refused photo is remembered; what failed with a 500 goes into the next batch."""
    tries: dict[str, int] = {}
    order: list[str] = []

    def reply(custom: str, _body: Any) -> Outcome:
        tries[custom] = tries.get(custom, 0) + 1
        order.append(custom)
        if order.index(custom) == 0:
            return Outcome(service.says(None, refusal="I cannot."))
        if order.index(custom) == 1 and tries[custom] == 1:
            return Outcome(error(500, "try later"))
        return Outcome(service.says(answer(tags=[CAT])))

    service.answering = reply
    done = ask("tag", cats, "--batch", "--json")
    assert done.code == 0, done.err
    assert (done.summary["tagged"], done.summary["refused"]) == (3, 1)
    assert sorted(tries.values()) == [1, 1, 1, 2]
    assert _objects(done, "batches")[0]["usd"] == float(service.billed)


@openai
def test_another_configuration_meanwhile(
    ask: Any, service: BatchService, cats: Path, tmp_path: Path, read: Any
) -> None:
    """Batches are collected as they were made; with other questions, photos are asked anew."""
    service.troubles["GET /v1/batches/{}"] = [error(401, "key revoked")]
    assert ask("tag", cats, "--batch").code == 2
    with (tmp_path / "tagwright.toml").open("a") as file:
        file.write("free_labels = false\n")
    done = ask("tag", cats, "--batch", "--profile", "real-estate", "--json")
    assert done.code == 0, done.err
    assert len(service.asked) == 8
    assert _objects(done, "batches")[0]["answered"] == 8


@openai
def test_a_tagger_without_batches(ask: Any, service: BatchService, cats: Path) -> None:
    """Clear words, and the exit code of a mistake."""
    done = ask("tag", cats, "--batch", "--tagger", "basics")
    assert done.code == 2
    assert "no batches there" in done.err
    assert "docs/batch.md" in done.err
