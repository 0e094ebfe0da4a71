"""The examples in the documentation are taxonomies."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tagwright.model import Kind
from tagwright.taxonomy import check, parse_taxonomy
from tagwright.taxonomy.samples import sample

_ROOT = Path(__file__).parents[3]
_DOCS = ("README.md", "docs/taxonomy.md")
_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str]]:
    """Return where each fenced YAML block stands, and its text."""
    found = []
    for name in _DOCS:
        text = (_ROOT / name).read_text(encoding="utf-8")
        for block in _BLOCK.finditer(text):
            line = text.count("\n", 0, block.start()) + 1
            found.append((f"{name}:{line}", block[1]))
    return found


def test_each_document_has_examples() -> None:
    """None was renamed or fenced otherwise."""
    assert {where.partition(":")[0] for where, _ in examples()} == set(_DOCS)


@pytest.mark.parametrize(("where", "text"), examples(), ids=[where for where, _ in examples()])
def test_an_example_is_a_taxonomy(where: str, text: str) -> None:
    """It can be copied as it stands, and raises no warning."""
    assert [str(problem) for problem in check(parse_taxonomy(text, source=where))] == []


def test_every_kind_is_documented() -> None:
    """The table of kinds is complete, and names none besides."""
    text = (_ROOT / "docs/taxonomy.md").read_text(encoding="utf-8")
    table = text.partition("\n## Kinds\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(Kind)


def test_the_size_of_the_sample_is_right() -> None:
    """The documentation says how many tags it has."""
    tags = sum(not concept.group for concept in sample("family"))
    text = (_ROOT / "docs/taxonomy.md").read_text(encoding="utf-8")
    assert f"the sample `family`: {tags} tags" in text
