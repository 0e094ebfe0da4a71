"""Which run is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagwright.errors import ConfigurationError
from tagwright.state import Database, runs


def test_a_review_is_not_taken_back_as_a_run(tmp_path: Path) -> None:
    """Its decisions would stay in force; the error says how they are taken back."""
    database = Database(tmp_path / "t.db")
    with database.begin() as c:
        tagged = runs.begin(c, "tag", "me", {})
        review = runs.begin(c, "review", "me", {})
        assert runs.find(c, "last").id == tagged
        with pytest.raises(ConfigurationError, match="review --undo"):
            runs.find(c, review)
    database.close()
