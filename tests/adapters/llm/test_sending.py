"""How requests leave the house, service by service."""

from __future__ import annotations

import pytest

from tagwright.model import Facts, Rendition

from .conftest import Make
from .replies import answer, chat, routed
from .server import ModelServer


async def test_loopback_takes_no_proxy(
    server: ModelServer,
    tagger: Make,
    rendition: Rendition,
    facts: Facts,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A picture for a model on this machine does not go out through the proxy of the house."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    server.plays(chat(answer()))
    assert (await tagger("ollama:llava").observe(rendition, facts)).observations


@pytest.mark.parametrize(
    ("spec", "limit"),
    [
        ("openai:gpt-4o-mini", "max_completion_tokens"),
        ("openrouter:a/b", "max_tokens"),
        ("ollama:llava", "max_tokens"),
        ("openai-compatible:x", "max_tokens"),
    ],
)
async def test_length_is_limited_in_the_words_of_the_service(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts, spec: str, limit: str
) -> None:
    """Local servers do not know OpenAI's newer name and would write without end."""
    server.plays(routed(chat(answer())))
    await tagger(spec, max_tokens=777).observe(rendition, facts)
    (sent,) = server.received
    assert sent.body[limit] == 777
    assert {"max_tokens", "max_completion_tokens"} & set(sent.body) == {limit}


@pytest.mark.parametrize(
    ("spec", "told"), [("openai:gpt-4o-mini", "org-1"), ("openai-compatible:x", None)]
)
async def test_openai_account_is_told_to_openai_only(
    server: ModelServer,
    tagger: Make,
    rendition: Rendition,
    facts: Facts,
    monkeypatch: pytest.MonkeyPatch,
    spec: str,
    told: str | None,
) -> None:
    """What the client library reads from the environment is not passed on to others."""
    monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-1")
    server.plays(chat(answer()))
    await tagger(spec).observe(rendition, facts)
    assert server.received[0].headers.get("openai-organization") == told


async def test_server_without_key(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """Where no key is set, a placeholder goes out: never the key of another service."""
    server.plays(chat(answer()))
    made = tagger("openai-compatible:x", secrets={"OPENAI_API_KEY": "sk-of-openai"})
    await made.observe(rendition, facts)
    assert server.received[0].headers["authorization"] == "Bearer none"
    server.faults.clear()  # the service checks for its key, and must not find it
