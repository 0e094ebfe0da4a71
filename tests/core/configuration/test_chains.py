"""Chains of taggers as they stand in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagwright.configuration import Configuration, load
from tagwright.configuration.chains import make_chains, members_of
from tagwright.errors import ConfigurationError
from tagwright.pipeline.consulting.chains import Chain

CHAINS = """
taggers = ["basics", "chain:cloud", "chain:thrifty"]
[chain.cloud]
fallback = ["openrouter:a/b", "openai:c"]
[chain.thrifty]
cascade = ["immich-ml", "openai:c"]
"""


def _loaded(tmp_path: Path, text: str) -> Configuration:
    path = tmp_path / "tagwright.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)[0]


def test_chains_are_made_of_the_file(tmp_path: Path) -> None:
    """A tagger by itself is a chain of one; each tagger is there once."""
    chains = make_chains(_loaded(tmp_path, CHAINS))
    assert chains == [
        Chain.alone("basics"),
        Chain("chain:cloud", ("openrouter:a/b", "openai:c"), "fallback"),
        Chain("chain:thrifty", ("immich-ml", "openai:c"), "cascade", 3),
    ]
    assert members_of(chains) == ["basics", "openrouter:a/b", "openai:c", "immich-ml"]


def test_the_example_in_the_documentation_can_be_used(tmp_path: Path) -> None:
    """As it stands."""
    text = (Path(__file__).parents[3] / "docs/taggers.md").read_text(encoding="utf-8")
    example = text.partition("## Chains")[2].partition("```toml\n")[2].partition("```")[0]
    chains = make_chains(_loaded(tmp_path, example), ["chain:cloud", "chain:thrifty"])
    assert [chain.manner for chain in chains] == ["fallback", "cascade"]


def test_one_that_is_named_twice_is_made_once(tmp_path: Path) -> None:
    """On the command line, say."""
    configuration = _loaded(tmp_path, CHAINS)
    chains = make_chains(configuration, ["chain:cloud", "openai:c", "chain:cloud"])
    assert [chain.name for chain in chains] == ["chain:cloud", "openai:c"]


def test_chains_can_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Members parted by commas, as taggers are."""
    monkeypatch.setenv("TAGWRIGHT_TAGGERS", "chain:mine")
    monkeypatch.setenv("TAGWRIGHT_CHAIN__MINE__CASCADE", "immich-ml, openai:c")
    monkeypatch.setenv("TAGWRIGHT_CHAIN__MINE__ENOUGH", "5")
    made = make_chains(load()[0])
    assert made == [Chain("chain:mine", ("immich-ml", "openai:c"), "cascade", 5)]


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("", "needs either 'fallback' or 'cascade'"),
        ('fallback = ["a", "b"]\ncascade = ["a", "b"]', "needs either 'fallback' or 'cascade'"),
        ('fallback = ["a"]', "two taggers at least, and this has only 'a'"),
        ('cascade = ["a", "b", "a"]', "'a' is in it twice"),
        ('fallback = ["a", "chain:other"]', "'chain:other' is a chain"),
        ('fallback = ["a", "b"]\nenough = 2', "'enough' is for cascades"),
        ('cascade = ["a", "b"]\nenough = 0', "greater than or equal to 1"),
        ('cascade = ["a", "b"]\nfallbacks = ["c"]', "Did you mean 'chain.x.fallback'"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, section: str, said: str) -> None:
    """File, section and what is wrong."""
    with pytest.raises(ConfigurationError) as caught:
        _loaded(tmp_path, f"[chain.x]\n{section}\n")
    assert said in str(caught.value)
    assert "tagwright.toml: " in str(caught.value)
    assert "chain.x" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        (CHAINS, "Choose one of: chain:cloud, chain:thrifty."),
        ("", "Declare it as [chain.none]."),
    ],
)
def test_an_unknown_chain_ends_it(tmp_path: Path, text: str, cure: str) -> None:
    """With those that there are."""
    with pytest.raises(ConfigurationError, match="there is no 'chain:none'") as caught:
        make_chains(_loaded(tmp_path, text), ["chain:none"])
    assert caught.value.cure == cure


def test_a_cascade_that_is_never_content_is_a_mistake(tmp_path: Path) -> None:
    """It would ask its dear tagger about every photo."""
    with pytest.raises(ConfigurationError, match="wants 3 concepts to be content"):
        make_chains(_loaded(tmp_path, f"{CHAINS}\n[policy]\nmax_tags = 2"))
