"""Where pictures end up, for the send log and for who trusts machines of the house."""

from __future__ import annotations

from typing import Any

import pytest

from tagwright.model import Facts
from tagwright.ports import OpenTagger
from tagwright_adapters.llm import factory

from .conftest import context

HOSTS = [
    ("openai:gpt-4o-mini", None, "api.openai.com"),
    ("ollama:llava", "http://user:pass@NAS.local:11434", "nas.local:11434"),
    ("ollama:llava", "http://[fd00::1]:11434", "[fd00::1]:11434"),
    ("openai-compatible:x", "http://192.168.1.7/v1", "192.168.1.7"),
    # Whoever trusts their own Ollama has not trusted who it hands pictures on to.
    ("ollama:qwen3-vl:235b-cloud", "http://nas.local:11434", "ollama.com"),
]


@pytest.mark.parametrize(("spec", "address", "host"), HOSTS)
def test_the_host_is_named(spec: str, address: str | None, host: str) -> None:
    """As the address has it, without credentials."""
    options: dict[str, Any] = {} if address is None else {"base_url": address}
    tagger = factory.create(context(spec, **options))
    assert isinstance(tagger, OpenTagger)
    assert tagger.leaves_machine
    assert tagger.sends(Facts("x.jpg")).host == host


def test_facts_are_named_with_their_values() -> None:
    """Those that are allowed, and no others."""
    tagger = factory.create(context("openai:gpt-4o-mini", context=["folders"]))
    assert isinstance(tagger, OpenTagger)
    facts = Facts("secret.jpg", folders=("Denmark",), latitude=55.1, longitude=8.5)
    assert tagger.sends(facts).facts == {"folders": ["Denmark"]}
