"""Chains of models from the command line to the tags, against a service on loopback."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.adapters.llm.replies import answer, chat, error
from tests.adapters.llm.server import KEY, ModelServer, Received
from tests.adapters.loopback import Response

NAMES = ("cat.jpg", "coffee.jpg", "rocket.jpg", "flower.jpg")
VOCABULARY = "concepts: {Animals: {narrower: [Cat, Dog]}, Beach: , Car: }"
CONFIGURATION = """
taxonomy = "words.yaml"
taggers = ["chain:{chain}"]
[chain.cloud]
fallback = ["openai:gpt-4o-mini", "ollama:small"]
[chain.thrifty]
cascade = ["ollama:small", "openai:gpt-4o-mini"]
enough = 2
[tagger.openai]
base_url = "{url}/v1"
concurrency = 1
max_concepts = 0
[tagger.ollama]
base_url = "{url}/v1"
max_concepts = 0
"""


def _tags(*labels: str) -> Response:
    tags = [{"label": one, "confidence": 0.95, "kind": "object", "synonyms": []} for one in labels]
    return chat(answer(tags=tags))


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A service whose every request must be in order."""
    made = ModelServer()
    made.start()
    yield made
    made.stop()
    assert made.faults == []


@pytest.fixture
def ask(tagwright: Any, server: ModelServer, tmp_path: Path) -> Callable[..., Any]:
    """Run ``tagwright`` with a chain of two models of that service."""
    (tmp_path / "words.yaml").write_text(VOCABULARY)

    def run(chain: str, *arguments: str | Path) -> Any:
        text = CONFIGURATION.format(chain=chain, url=server.url)
        (tmp_path / "tagwright.toml").write_text(text)
        return tagwright(*arguments, env={"OPENAI_API_KEY": KEY, "OLLAMA_API_KEY": KEY})

    return run


@pytest.fixture
def shots(tmp_path: Path, photos: Path) -> Path:
    """Four different photos."""
    folder = tmp_path / "shots"
    folder.mkdir()
    for name in NAMES:
        shutil.copy(photos / name, folder)
    return folder


def _stored(tmp_path: Path) -> list[tuple[str, str]]:
    database = sqlite3.connect(tmp_path / "state" / "tagwright" / "tagwright.db")
    rows = database.execute("SELECT tagger, outcome FROM answers ORDER BY tagger, outcome")
    found = rows.fetchall()
    database.close()
    return found


def _asked(server: ModelServer) -> dict[str, int]:
    models = [one.body["model"] for one in server.received]
    return {model: models.count(model) for model in models}


def test_who_refuses_is_followed_by_the_next(
    ask: Any, server: ModelServer, shots: Path, tmp_path: Path
) -> None:
    """One stored answer a photo from the right model; the reason is told, also by remap."""
    declined: list[bytes] = []

    def behave(received: Received) -> Response:
        if received.body["model"] == "small":
            return _tags("dog")
        if not declined:
            declined.append(received.picture)
        if received.picture in declined:
            return chat(None, refusal="I can't help with that.")
        return _tags("cat")

    server.plays(behave)
    done = ask("cloud", "tag", shots, "--explain")
    assert done.code == 0, done.err
    assert _asked(server) == {"gpt-4o-mini": 4, "small": 1}
    assert _stored(tmp_path) == [
        ("ollama:small", "answered"),
        *[("openai:gpt-4o-mini", "answered")] * 3,
        ("openai:gpt-4o-mini", "refused"),
    ]
    assert "asked ollama:small because openai:gpt-4o-mini refused: gpt-4o-mini-2024" in done.out
    assert "“I can't help with that.”" in done.out
    assert "after openai:gpt-4o-mini refused)" in done.out
    assert "chain:cloud: 3 by openai:gpt-4o-mini, 1 by ollama:small after refusals\n" in done.out
    assert ask("cloud", "tag", shots, "--force").code == 0
    assert len(server.received) == 5
    (tmp_path / "words.yaml").write_text(VOCABULARY.replace("Animals", "Pets"))
    done = ask("cloud", "remap", "--dry-run", "--explain")
    assert done.out.count("after openai:gpt-4o-mini refused)") == 1


@pytest.mark.parametrize("status", [503, 402])
def test_who_is_away_or_out_of_credit_is_passed_over(
    ask: Any, server: ModelServer, shots: Path, status: int
) -> None:
    """The run does not wait for it, and ends well."""

    def behave(received: Received) -> Response:
        small = received.body["model"] == "small"
        return _tags("dog") if small else error(status, "no", headers={"Retry-After": "60"})

    server.plays(behave)
    done = ask("cloud", "tag", shots, "--json")
    assert done.code == 0, done.err
    (course,) = done.summary["chains"]
    assert course["taggers"] == ["ollama:small"]
    assert course["after"] == ("budget" if status == 402 else "outages")
    assert (course["photos"], _asked(server)) == (4, {"gpt-4o-mini": 1, "small": 4})


def test_a_cascade_pays_only_where_it_must(
    ask: Any, server: ModelServer, shots: Path, read: Any
) -> None:
    """For the two photos of which the free model is not sure enough."""
    seen: list[bytes] = []

    def behave(received: Received) -> Response:
        if received.body["model"] == "gpt-4o-mini":
            return _tags("car")
        seen.append(received.picture)
        return _tags("cat", "beach") if len(seen) > 2 else _tags("cat")

    server.plays(behave)
    done = ask("thrifty", "tag", shots, "--json")
    assert done.code == 0, done.err
    assert _asked(server) == {"small": 4, "gpt-4o-mini": 2}
    assert done.summary["spent"]["usd"] == pytest.approx(2 * (1_000 * 0.15 + 100 * 0.60) / 1e6)
    names = [
        set(read(shots / one, "-XMP-digiKam:TagsList")["XMP-digiKam:TagsList"]) for one in NAMES
    ]
    assert (
        sorted(map(sorted, names)) == [["Animals/Cat", "Beach"]] * 2 + [["Animals/Cat", "Car"]] * 2
    )
    assert ask("thrifty", "tag", shots, "--force").code == 0
    assert len(server.received) == 6


def test_a_chain_is_listed_and_checked(ask: Any, server: ModelServer, shots: Path) -> None:
    """Each member by itself; of several models the prompt of one must be chosen."""
    server.plays(_tags("cat"))
    listed = ask("cloud", "taggers").out
    assert "chain:thrifty      ollama:small; where it is not sure of 2 concepts, openai" in listed
    found = ask("cloud", "doctor").out
    assert "chain:cloud: openai:gpt-4o-mini; where that fails, ollama:small" in found
    assert "tagger openai:gpt-4o-mini" in found
    assert "tagger ollama:small" in found
    done = ask("cloud", "taggers", "prompt", "--tagger", "chain:cloud", shots / "cat.jpg")
    assert (done.code, "Name one with --tagger: openai:gpt-4o-mini" in done.err) == (2, True)
    done = ask("cloud", "taggers", "prompt", shots / "cat.jpg")
    assert done.out.startswith("# openai:gpt-4o-mini at")


def test_an_unknown_chain_asks_nobody(ask: Any, server: ModelServer, shots: Path) -> None:
    """It is a mistake in what was typed."""
    server.plays(_tags("cat"))
    done = ask("cloud", "tag", shots, "--tagger", "chain:clod")
    assert (done.code, server.received) == (2, [])
    assert "Choose one of: chain:cloud, chain:thrifty." in done.err
