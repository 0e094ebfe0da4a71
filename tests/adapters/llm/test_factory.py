"""From a specification to a tagger, before anything is asked."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tagwright.errors import ConfigurationError, TaggerSetupError
from tagwright.taxonomy import Concept, Taxonomy
from tagwright_adapters.llm import factory
from tagwright_adapters.llm.target import make_target
from tagwright_prompts import TEMPLATES_VERSION

from .conftest import KEYS, context, vocabulary
from .server import KEY


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)


def test_import_and_recipe_are_light() -> None:
    """A tagger and its recipe are had without loading any client library."""
    code = """
import sys
import tagwright_adapters.llm
assert not {"pydantic", "jinja2", "httpx"} & set(sys.modules), "heavy import"
from tagwright.taggers import TaggerContext
from tagwright.taxonomy import Taxonomy
for spec in ("ollama:llava", "gemini:g", "bedrock:b", "xai:x"):
    context = TaggerContext(spec, Taxonomy("t", "en", []), lambda name: "eu-west-1")
    print(tagwright_adapters.llm.factory.create(context).recipe["model"])
heavy = {"pydantic_ai", "openai", "anthropic", "httpx2", "google.genai", "botocore"}
assert not heavy & set(sys.modules), "heavy create"
"""
    assert run(code).stdout == "llava\ng\nb\nx\n"


@pytest.mark.parametrize(
    ("spec", "package", "extra"),
    [
        ("ollama:llava", "pydantic_ai", "llm"),
        ("gemini:gemini-2.5-flash", "google", "gemini"),
        ("gemini:gemini-2.5-flash", "google.genai", "gemini"),
        ("bedrock:eu.amazon.nova-lite-v1:0", "boto3", "bedrock"),
    ],
)
def test_missing_extra_is_named(spec: str, package: str, extra: str) -> None:
    """Without the client libraries the command that installs them is told, at once."""
    code = f"""
import sys
sys.modules["{package}"] = None
from tagwright.errors import MissingProgramError
from tagwright.taggers import TaggerContext
from tagwright.taxonomy import Taxonomy
from tagwright_adapters.llm import factory
try:
    factory.create(TaggerContext("{spec}", Taxonomy("t", "en", []), lambda name: "eu-west-1"))
except MissingProgramError as exc:
    print(exc)
"""
    assert f"pip install 'tagwright[{extra}]'" in run(code).stdout


def test_every_scheme_says_what_it_is() -> None:
    """The schemes of this release, each with a line."""
    assert sorted(factory.schemes) == [
        "anthropic",
        "bedrock",
        "gemini",
        "ollama",
        "openai",
        "openai-compatible",
        "openrouter",
        "xai",
    ]
    assert all(factory.schemes.values())


@pytest.mark.parametrize(
    ("spec", "variable"),
    [
        ("anthropic:claude-haiku-4-5", "ANTHROPIC_API_KEY"),
        ("openai:gpt-4o-mini", "OPENAI_API_KEY"),
        ("openrouter:a/b", "OPENROUTER_API_KEY"),
    ],
)
def test_missing_key_is_named(spec: str, variable: str) -> None:
    """The message has the exact name of the variable to set."""
    with pytest.raises(TaggerSetupError, match=variable):
        factory.create(context(spec, secrets={}))


def test_unusable_key_is_not_shown() -> None:
    """A key that cannot be sent is refused without being repeated."""
    with pytest.raises(TaggerSetupError) as caught:
        factory.create(context("openai:x", secrets={"OPENAI_API_KEY": "sk-secrét"}))
    assert "secr" not in str(caught.value)


def test_key_may_end_in_a_line_break() -> None:
    """Files that hold keys end so."""
    made = make_target(context("openai:x", secrets={"OPENAI_API_KEY": f" {KEY}\n"}))
    assert made.key == KEY


@pytest.mark.parametrize(
    ("spec", "options", "words"),
    [
        ("openai:", {}, "names no model"),
        ("openai", {}, "names no model"),
        ("openai-compatible:x", {}, "needs an address"),
        ("openai-compatible:x", {"base_url": "localhost:1234"}, "not one of the web"),
        ("openai-compatible:x", {"base_url": "http://[::1"}, "not one of the web"),
        ("openai-compatible:x", {"base_url": "http://a:b/v1"}, "not one of the web"),
        ("openai-compatible:x", {"base_url": "file:///etc/passwd"}, "not one of the web"),
        ("ollama:x", {"temprature": 0}, "'temprature'"),
        ("ollama:x", {"concurrency": 0}, "'concurrency'"),
        ("ollama:x", {"timeout": "fast"}, "'timeout'"),
        ("ollama:x", {"max_concepts": 10_001}, "'max_concepts'"),
        ("ollama:x", {"max_vocabulary_tokens": 0}, "'max_vocabulary_tokens'"),
        ("ollama:x", {"large_vocabulary": "branches"}, "'large_vocabulary'"),
        ("ollama:x", {"free_labels": "few"}, "'free_labels'"),
    ],
)
def test_unusable_configuration(spec: str, options: dict[str, Any], words: str) -> None:
    """What cannot be used is named, with a cure."""
    with pytest.raises(ConfigurationError, match=words) as caught:
        factory.create(context(spec, **options))
    assert caught.value.cure


def test_unknown_profile() -> None:
    """The profiles that exist are listed."""
    with pytest.raises(ConfigurationError, match="did you mean 'real-estate'"):
        factory.create(context("ollama:x", profile="realestate"))


@pytest.mark.parametrize(
    ("spec", "options", "secrets", "address"),
    [
        ("ollama:x", {}, {}, "http://127.0.0.1:11434/v1"),
        ("ollama:x", {}, {"OLLAMA_HOST": "0.0.0.0"}, "http://127.0.0.1:11434/v1"),
        ("ollama:x", {}, {"OLLAMA_HOST": "http://"}, "http://127.0.0.1:11434/v1"),
        ("ollama:x", {}, {"OLLAMA_HOST": "[::1]:80"}, "http://[::1]:80/v1"),
        ("ollama:x", {}, {"OLLAMA_HOST": "box:1234"}, "http://box:1234/v1"),
        ("ollama:x", {}, {"OLLAMA_HOST": "https://box"}, "https://box:443/v1"),
        ("ollama:x", {"base_url": "http://box:1/"}, {"OLLAMA_HOST": "y"}, "http://box:1/v1"),
        ("openai-compatible:x", {"base_url": "http://h/api"}, {}, "http://h/api"),
        ("anthropic:x", {"base_url": "http://h/"}, KEYS, "http://h"),
    ],
)
def test_address(spec: str, options: dict[str, Any], secrets: dict[str, str], address: str) -> None:
    """Addresses are taken as people write them; OLLAMA_HOST may be what the server listens on."""
    assert make_target(context(spec, secrets=secrets, **options)).base_url == address


@pytest.mark.parametrize("host", ["a:b", "[", "ftp://box", "box:99999"])
def test_unusable_ollama_host(host: str) -> None:
    """Rubbish in the environment is a configuration error too."""
    with pytest.raises(ConfigurationError, match="not one of the web"):
        make_target(context("ollama:x", secrets={"OLLAMA_HOST": host}))


@pytest.mark.parametrize(
    ("spec", "base_url", "leaves", "free"),
    [
        ("ollama:llava", None, False, True),
        ("ollama:llava", "http://192.168.1.5:11434", True, True),
        ("ollama:qwen3-vl:235b-cloud", None, True, False),
        ("ollama:llava", "https://ollama.com", True, False),
        ("openai-compatible:x", "http://localhost:1234/v1", False, True),
        ("openai-compatible:x", "http://[::1]:1234/v1", False, True),
        ("openai-compatible:x", "https://api.example.com/v1", True, False),
        ("openai:x", "http://127.0.0.1:4000/v1", True, False),
        ("anthropic:x", None, True, False),
        ("openrouter:x", None, True, False),
    ],
)
def test_what_leaves_the_machine(spec: str, base_url: str | None, leaves: bool, free: bool) -> None:
    """By address and service; Ollama hands cloud models on to its makers."""
    target = make_target(context(spec, base_url=base_url))
    assert (target.leaves_machine, target.free) == (leaves, free)
    assert factory.create(context(spec, base_url=base_url)).leaves_machine is leaves


def test_recipe_has_all_that_shapes_an_answer(pets: Taxonomy) -> None:
    """It is plain data, holds no key, and changes with each thing that shapes an answer."""
    plain = factory.create(context("ollama:x"))
    assert json.loads(json.dumps(dict(plain.recipe))) == dict(plain.recipe)
    assert KEY not in json.dumps(dict(plain.recipe))
    renamed = Taxonomy("pets", "en", [Concept("cat", {"en": "Feline"})])
    others = [
        plain,
        factory.create(context("ollama:y")),
        factory.create(context("openai:x")),
        factory.create(context("ollama:x", language="de")),
        factory.create(context("ollama:x", taxonomy=pets)),
        factory.create(context("ollama:x", taxonomy=renamed)),
        factory.create(context("openai-compatible:x", base_url="http://a:1/v1")),
        factory.create(context("openai-compatible:x", base_url="http://b:1/v1")),
        factory.create(context("ollama:x", taxonomy=pets, free_labels=False)),
        factory.create(context("openai:x", taxonomy=pets)),
        factory.create(context("openai:x", taxonomy=pets, max_concepts=1)),
        factory.create(context("openai:x", taxonomy=vocabulary(5), max_concepts=1)),
        factory.create(context("ollama:x", profile="real-estate")),
        factory.create(context("ollama:x", context=["date"])),
        factory.create(context("ollama:x", context=["date", "people"])),
    ]
    assert len({json.dumps(dict(one.recipe)) for one in others}) == len(others)


def test_recipe_says_in_words_what_was_asked() -> None:
    """Profile and templates with their versions, and the facts that went along."""
    recipe = factory.create(context("ollama:x", profile="real-estate")).recipe
    assert recipe["profile"] == "Real estate, version 1"
    assert recipe["templates"] == TEMPLATES_VERSION
    assert "context" not in recipe
    told = factory.create(context("ollama:x", context=["people", "date"])).recipe
    assert told["context"] == ["date", "people"]


def test_recipe_ignores_what_does_not_shape_an_answer(pets: Taxonomy) -> None:
    """Neither pace nor address of one's own Ollama nor a vocabulary that is not offered."""
    recipe = factory.create(context("ollama:x")).recipe
    same = context("ollama:x", base_url="http://box:1", concurrency=9, timeout=5)
    assert factory.create(same).recipe == recipe
    assert factory.create(context("ollama:x", taxonomy=pets, max_concepts=1)).recipe == recipe
    assert factory.create(context("ollama:x", free_labels=False)).recipe == recipe
    free = factory.create(context("openai:x", taxonomy=pets, max_concepts=0)).recipe
    assert free == factory.create(context("openai:x")).recipe


def test_recipe_names_no_credentials_of_the_address() -> None:
    """A user name and password in an address stay out of the database."""
    made = factory.create(context("openai-compatible:x", base_url="http://me:pw@h:1/v1"))
    assert made.recipe["host"] == "h:1"


def test_pace_is_as_usual_unless_set() -> None:
    """Clouds take many photos at once, one's own graphics card few."""
    assert factory.create(context("openai:x")).concurrency == 16
    assert factory.create(context("ollama:x")).concurrency == 4
    assert factory.create(context("openai:x", concurrency=64)).concurrency == 64
