"""Every word that a model reads is committed, so that a change of it is seen in review.

After a change that is meant: ``REWRITE_EXPECTED=1 pytest tests/prompts``, and read the difference.
Raise ``TEMPLATES_VERSION``, or the version of the profile, with it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tagwright_prompts import (
    TEMPLATES_VERSION,
    load_profile,
    profiles,
    render_match_prompt,
    render_prompt,
    with_facts,
)

EXPECTED = Path(__file__).parent / "expected"
VOCABULARY = "- Nature:\n  1 Cat\n  2 Dog (no wolves)\n3 Window"
FACTS = json.dumps({"folders": ["2024", "Sommer"], "taken": "2024-07-14 18:05"})


def compare(name: str, text: str) -> None:
    """Compare with the committed file, or write it where that is asked for."""
    path = EXPECTED / f"{name}.md"
    if os.environ.get("REWRITE_EXPECTED"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", profiles())
def test_profile(name: str) -> None:
    """In English, without a vocabulary."""
    profile = load_profile(name)
    prompt = render_prompt(profile, language="en")
    compare(name, f"{profile.edition}; templates {TEMPLATES_VERSION}\n\n{prompt.instructions}\n")


@pytest.mark.parametrize("free_labels", [True, False])
def test_everything_that_may_be_added(free_labels: bool) -> None:
    """Vocabulary and facts, with free labels and without; both requests."""
    prompt = render_prompt(
        load_profile("general"),
        language="de",
        vocabulary=VOCABULARY,
        free_labels=free_labels,
        facts=True,
    )
    parts = (prompt.instructions, with_facts(prompt.request, FACTS), prompt.repair)
    compare(f"with-vocabulary{'' if free_labels else '-only'}", "\n\n-----\n\n".join(parts) + "\n")


def test_second_question() -> None:
    """Labels and a shortlist, without the picture."""
    prompt = render_match_prompt()
    request = prompt.request("- tabby (object; also cat)", "1 Cat (under Nature)", "A cat.")
    compare("match", f"{prompt.instructions}\n\n-----\n\n{request}\n")


def test_nothing_is_left_over() -> None:
    """A profile that is gone takes its file along."""
    names = {"with-vocabulary", "with-vocabulary-only", "match", *profiles()}
    assert {path.stem for path in EXPECTED.iterdir()} == names
