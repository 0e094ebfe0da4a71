"""``tagwright taxonomy``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

BROKEN = """\
name: Broken
concepts:
  Cat:
    alsoo: [kitten]
  Cat:
  AC/DC:
  Dog:
    narrower:
      Puppy:
        broader: Dog > Puppy
"""


def test_show_prints_a_tree(tagwright: Any) -> None:
    """With alternative labels, narrower ones indented."""
    done = tagwright("taxonomy", "show", "mine.yaml")
    assert done.code == 0
    assert "Style\n  Black and white  (monochrome, b&w)\n" in done.out


def test_check_names_every_mistake(tagwright: Any, tmp_path: Path) -> None:
    """All at once, each with its line and a cure."""
    (tmp_path / "broken.yaml").write_text(BROKEN)
    done = tagwright("taxonomy", "check", "broken.yaml")
    assert done.code == 2
    for said in ("broken.yaml:4: ", "Did you mean 'also'", ":5: ", ":6: ", ":10: "):
        assert said in done.out
    assert tagwright("tag", ".", "--taxonomy", "broken.yaml").code == 2


def test_check_warns_of_what_is_probably_not_meant(tagwright: Any, tmp_path: Path) -> None:
    """A warning keeps nothing from working."""
    (tmp_path / "odd.yaml").write_text("concepts:\n  Cat:\n  Lion:\n    also: [cat]\n")
    done = tagwright("taxonomy", "check", "odd.yaml")
    assert done.code == 0
    assert "warning: " in done.out


def test_the_sample_is_in_order(tagwright: Any) -> None:
    """No warnings, a few hundred concepts."""
    done = tagwright("taxonomy", "check", "family")
    assert done.code == 0
    assert done.out.count("warning: ") == 0
    assert "0 warnings" in done.out
