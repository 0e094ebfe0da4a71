"""The documentation of the formats is right."""

from __future__ import annotations

import re
from pathlib import Path

from tagwright_adapters.vocabularies import FORMATS, read

_TEXT = (Path(__file__).parents[3] / "docs/taxonomy.md").read_text(encoding="utf-8")


def test_every_format_is_documented() -> None:
    """By its name and all its suffixes."""
    table = _TEXT.partition("\n## Other formats\n")[2].partition("\nExport says")[0]
    for one in FORMATS:
        assert all(f"`{word}`" in table for word in (one.name, *one.suffixes))


def test_the_tables_in_the_documentation_are_tables(tmp_path: Path) -> None:
    """Both can be copied as they stand, and are the same vocabulary but for ids."""
    blocks = re.findall(r"^```\n((?:path|id),.*?)^```$", _TEXT, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        path = tmp_path / "docs.csv"
        path.write_text(block, encoding="utf-8")
        vocabulary = read(path)
        assert vocabulary.warnings == ()
        paths = [vocabulary.taxonomy.path(concept.id) for concept in vocabulary.taxonomy]
        assert paths == [("Animals",), ("Animals", "Cat")]
