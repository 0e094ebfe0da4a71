"""What may be spent, as a person writes it."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from tagwright.configuration import load
from tagwright.configuration.settings import BudgetSection
from tagwright.errors import ConfigurationError

_DOCS = (Path(__file__).parents[3] / "docs/money.md").read_text(encoding="utf-8")
_BLOCKS = re.findall(r"^```toml\n(.*?)^```$", _DOCS, re.MULTILINE | re.DOTALL)


def _budget(tmp_path: Path, text: str, option: str | None = None) -> BudgetSection:
    path = tmp_path / "tagwright.toml"
    path.write_text(text)
    return load(path, {"budget.run": option})[0].budget


def test_a_run_has_a_cap_by_itself(tmp_path: Path) -> None:
    """Nobody is surprised by a bill; days and months have one when it is set."""
    budget = _budget(tmp_path, "")
    assert (budget.run, budget.day, budget.month) == (Decimal(5), None, None)
    assert budget.unknown_prices == "warn"


def test_the_examples_can_be_used_and_the_first_holds_the_defaults(tmp_path: Path) -> None:
    """A person who copies it changes nothing."""
    first, *others = (_budget(tmp_path, block) for block in _BLOCKS)
    assert first == BudgetSection()
    assert len(others) == 1


def test_amounts_are_exact(tmp_path: Path) -> None:
    """As written, whole or not."""
    budget = _budget(tmp_path, '[budget]\nrun = 0.1\nday = 2\nmonth = "30.05"\n')
    assert [budget.run, budget.day, budget.month] == [Decimal("0.1"), 2, Decimal("30.05")]


def test_none_is_no_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the file, in a variable and on the command line."""
    assert _budget(tmp_path, '[budget]\nrun = "none"\n').run is None
    assert _budget(tmp_path, "", "None").run is None
    monkeypatch.setenv("TAGWRIGHT_BUDGET__RUN", "none")
    assert _budget(tmp_path, "").run is None
    assert _budget(tmp_path, "", "12.50").run == Decimal("12.50")


@pytest.mark.parametrize("wrong", ["much", "-1", "inf", "nan", ""])
def test_what_is_no_amount_is_an_error(tmp_path: Path, wrong: str) -> None:
    """That names where it stands."""
    with pytest.raises(ConfigurationError, match=r"the command line: budget\.run"):
        _budget(tmp_path, "", wrong)
