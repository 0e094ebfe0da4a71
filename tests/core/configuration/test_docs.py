"""The examples in the documentation are configurations, and its defaults are the code's."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from tagwright.configuration import Configuration, load
from tagwright.configuration.binding import make_policy
from tagwright.configuration.immich import ImmichSection
from tagwright.configuration.policy import ThenSection, WhenSection
from tagwright.policy import Policy
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.samples import sample

_DOCS = Path(__file__).parents[3] / "docs"
_FENCED = re.compile(r"^ *```toml\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_TEXT = (_DOCS / "configuration.md").read_text(encoding="utf-8")
_BLOCKS = _FENCED.findall(_TEXT)
_OF_IMMICH = _FENCED.findall((_DOCS / "immich.md").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def family() -> Taxonomy:
    """The sample that a person without a taxonomy uses."""
    return sample("family")


def loaded(tmp_path: Path, text: str) -> Configuration:
    """Return the configuration of a file with this text."""
    path = tmp_path / "tagwright.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)[0]


def test_the_first_example_holds_the_defaults(tmp_path: Path, family: Taxonomy) -> None:
    """A person who copies it changes nothing."""
    configuration = loaded(tmp_path, _BLOCKS[0])
    assert configuration.policy == Configuration().policy
    assert configuration.bursts == Configuration().bursts
    assert make_policy(configuration, family).key == Policy().key


@pytest.mark.parametrize("text", _BLOCKS)
def test_an_example_can_be_used(tmp_path: Path, text: str, family: Taxonomy) -> None:
    """As it stands, with the sample taxonomy."""
    make_policy(loaded(tmp_path, text), family)


def test_the_examples_are_policy_and_rules() -> None:
    """None was renamed or fenced otherwise."""
    assert (len(_BLOCKS), len(_OF_IMMICH)) == (3, 3)
    assert _BLOCKS[2].count("[[rule]]") == 5


@pytest.mark.parametrize(("prefix", "section"), [("when", WhenSection), ("then", ThenSection)])
def test_the_tables_of_rules_are_complete(prefix: str, section: type) -> None:
    """Each condition and each effect is described, and none besides."""
    table = _TEXT.partition(f"| `{prefix}.` |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \|", table, re.MULTILINE)
    named = [name.strip("` ") for row in rows for name in row.split(",")]
    assert named == list(section.model_fields)  # type: ignore[attr-defined]  # both are models


@pytest.mark.parametrize("text", _OF_IMMICH)
def test_an_example_for_immich_can_be_used(tmp_path: Path, text: str) -> None:
    """As it stands; the last names all settings there are."""
    immich = loaded(tmp_path, textwrap.dedent(text)).immich
    assert immich.address
    if text is _OF_IMMICH[-1]:
        assert {*immich.model_fields_set, "account"} == set(ImmichSection.model_fields)
