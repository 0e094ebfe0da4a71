"""``tagwright taxonomy map``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TAXONOMY = """
concepts:
  Animals:
    narrower:
      Cat: {labels: {de: Katze}}
      Crane:
  Car:
  Machines: {narrower: [Crane]}
  Colours: {group: yes, kinds: [colour], narrower: [Red]}
"""
RULES = """
[[mapping]]
label = "no *"
ignore = true

[[mapping]]
label = "moggy"
tagger = "ollama"
concept = "Animals > Cat"
"""


@pytest.fixture(autouse=True)
def taxonomy(tmp_path: Path) -> None:
    """A small taxonomy and some rules, in the working directory."""
    (tmp_path / "small.yaml").write_text(TAXONOMY)
    (tmp_path / "tagwright.toml").write_text('taxonomy = "small.yaml"\n' + RULES)


def test_each_label_is_answered(tagwright: Any) -> None:
    """With concept, confidence, decision and reason."""
    done = tagwright("taxonomy", "map", "cats", "red sports car", "zorbing")
    assert done.code == 0
    cats, car, also, none = done.out.splitlines()
    assert cats.startswith("cats  apply  Animals > Cat  0.90  (inflection")
    assert car.startswith("red sports car  apply  Car  0.90  (head of the phrase 'Car'")
    assert also.startswith("    also  apply  Colours > Red  0.85")
    assert none == "zorbing  unmapped  -  0.00  (no concept has this label)"


def test_json_has_an_object_for_each_label(tagwright: Any) -> None:
    """In the order of the labels; what else is in it stands beside."""
    done = tagwright("taxonomy", "map", "--json", "Katze", "crane", "red car", "x")
    decided = [(one["label"], one["concept"], one["decision"]) for one in done.objects]
    assert decided == [
        ("Katze", "animals/cat", "apply"),
        ("crane", "animals/crane", "review"),
        ("red car", "car", "apply"),
        ("x", None, "unmapped"),
    ]
    assert done.objects[0]["path"] == ["Animals", "Cat"]
    assert "fits equally" in done.objects[1]["why"]
    assert [one["concept"] for one in done.objects[1]["others"]] == ["machines/crane"]


def test_options_say_who_speaks(tagwright: Any) -> None:
    """Kind, language, confidence and tagger count as in a run."""
    assert tagwright("taxonomy", "map", "--json", "red").objects[0]["decision"] == "unmapped"
    (red,) = tagwright("taxonomy", "map", "--json", "--kind", "colour", "red").objects
    assert red["concept"] == "colours/red"
    (cat,) = tagwright("taxonomy", "map", "--json", "--language", "en", "Katze").objects
    assert cat["decision"] == "review"
    (low,) = tagwright("taxonomy", "map", "--json", "--confidence", "0.3", "cat").objects
    assert (low["decision"], low["concept"]) == ("unmapped", None)
    assert "only reaches 0.30" in low["why"]
    (moggy,) = tagwright("taxonomy", "map", "--json", "--tagger", "ollama:llava", "moggy").objects
    assert (moggy["concept"], moggy["why"].split(" 'A")[0]) == ("animals/cat", "mapping rule")
    (ignored,) = tagwright("taxonomy", "map", "--json", "no cat").objects
    assert ignored["why"] == "your rule says to ignore it"


def test_a_rule_for_no_concept_ends_it(tagwright: Any, tmp_path: Path) -> None:
    """So do two answers in one rule; exit code 2."""
    (tmp_path / "bad.toml").write_text('[[mapping]]\nlabel = "x"\nconcept = "Kat"\n')
    done = tagwright("taxonomy", "map", "x", "--config", "bad.toml", "--taxonomy", "small.yaml")
    assert (done.code, done.out) == (2, "")
    assert "mapping rule 1 ('x')" in done.err
    assert "'Animals > Cat'" in done.err
    (tmp_path / "bad.toml").write_text('[[mapping]]\nlabel = "x"\n')
    done = tagwright("taxonomy", "map", "x", "--config", "bad.toml")
    assert done.code == 2
    assert "bad.toml: mapping 1: the rule for 'x' needs either" in done.err


def test_labels_come_from_standard_input(home: dict[str, str], tmp_path: Path) -> None:
    """One a line, answered as they come, whatever bytes they are."""
    command = [sys.executable, "-m", "tagwright_plugins.cli", "taxonomy", "map", "--json"]
    with subprocess.Popen(
        command, env=home, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"\xef\xbb\xbfcats\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["concept"] == "animals/cat"
        rest, _ = process.communicate(b"\n  \n\xff\xfec\x00at\r\n" + b"car\n" * 3)
    answers = [json.loads(line) for line in rest.splitlines()]
    assert process.returncode == 0
    assert [one["decision"] for one in answers] == ["unmapped", "apply", "apply", "apply"]
    assert answers[0]["label"].isprintable()
