"""Concepts of much the same meaning, by a model: here one that knows three words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tagwright.mapping import Mapper, MappingOptions
from tagwright.model import Kind, Observation
from tagwright.policy import Policy, decide
from tagwright.taxonomy import parse_taxonomy

TAXONOMY = parse_taxonomy("concepts: {Dog: {also: [hound]}, Wolf: , Car: }")
MEANINGS = {"dog": (1.0, 0.0), "hound": (0.96, 0.28), "doggo": (0.98, 0.2), "car": (0.0, 1.0)}


class Model:
    """Counts the texts that it is asked."""

    key = "model"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return known meanings, and one of its own for all else."""
        self.asked += texts
        rows = [MEANINGS.get(text.lower(), (-1.0, 0.0)) for text in texts]
        return np.array(rows, dtype=np.float32)


def test_what_is_near_is_for_review_however_sure() -> None:
    """The reason tells the similarity."""
    mapper = Mapper(TAXONOMY, MappingOptions(embedder=Model()))
    found = mapper.map([("t", Observation("doggo", 1.0))]).candidates
    (suggestion,) = decide(found, TAXONOMY, Policy()).suggestions
    assert (suggestion.concept, suggestion.decision) == ("dog", "review")
    assert "similarity" in suggestion.why[0].note


def test_what_is_further_than_the_threshold_is_nothing() -> None:
    """Also words that are read, and names."""
    model = Model()
    strict = Mapper(TAXONOMY, MappingOptions(embedder=model, threshold=0.999))
    assert strict.map([("t", Observation("doggo", 1.0))]).candidates == ()
    mapper = Mapper(TAXONOMY, MappingOptions(embedder=model))
    for kind in (Kind.TEXT, Kind.PLACE):
        assert mapper.map([("t", Observation("doggo", 1.0, kind=kind))]).candidates == ()


def test_vectors_of_labels_are_made_once(tmp_path: Path) -> None:
    """They are kept for the next start, by model and taxonomy; a broken file is made anew."""
    options = MappingOptions(embedder=Model(), cache=tmp_path / "vectors")
    seen = [("t", Observation("doggo", 1.0))]
    first = Mapper(TAXONOMY, options).map(seen)
    (kept,) = (tmp_path / "vectors").iterdir()
    assert kept.name == f"model-{TAXONOMY.key}.npy"
    again = Model()
    assert Mapper(TAXONOMY, MappingOptions(embedder=again, cache=kept.parent)).map(seen) == first
    assert again.asked == ["doggo"]
    kept.write_bytes(b"\x93NUMPY broken")
    assert Mapper(TAXONOMY, options).map(seen) == first
    assert np.load(kept).shape == (4, 2)


@pytest.mark.parametrize("folder", ["file/below", "missing"])
def test_a_folder_that_takes_nothing_is_no_hindrance(tmp_path: Path, folder: str) -> None:
    """It only costs the time to make the vectors again."""
    (tmp_path / "file").touch()
    options = MappingOptions(embedder=Model(), cache=tmp_path / folder)
    assert Mapper(TAXONOMY, options).map([("t", Observation("doggo", 1.0))]).candidates
