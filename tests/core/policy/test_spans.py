"""Days as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from tagwright.errors import ConfigurationError
from tagwright.policy import Span


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("2023-05-01..2023-05-14", ["2023-05-01", "2023-05-14"], ["2023-04-30", "2023-05-15"]),
        ("2023-05-01", ["2023-05-01"], ["2023-05-02", "2024-05-01"]),
        ("2023-05", ["2023-05-01", "2023-05-31"], ["2023-06-01", "2023-04-30"]),
        ("2023", ["2023-01-01", "2023-12-31"], ["2024-01-01"]),
        ("2021..2023-05", ["2021-01-01", "2023-05-31"], ["2020-12-31", "2023-06-01"]),
        ("2020..", ["2020-01-01", "2999-01-01"], ["2019-12-31"]),
        ("..2020-02", ["1900-01-01", "2020-02-29"], ["2020-03-01"]),
        ("12-24..12-26", ["1999-12-24", "2023-12-26"], ["2023-12-23", "2023-12-27"]),
        ("12-28 .. 01-03", ["2023-12-31", "2024-01-01", "2024-01-03"], ["2024-01-04"]),
        ("02-29", ["2024-02-29"], ["2023-02-28", "2023-03-01"]),
    ],
)
def test_a_span_holds_its_days(text: str, inside: list[str], outside: list[str]) -> None:
    """Both ends are included; a year or a month is meant as a whole."""
    span = Span.parse(text)
    assert all(date.fromisoformat(day) in span for day in inside)
    assert not any(date.fromisoformat(day) in span for day in outside)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "24.12.",
        "2023-13",
        "2023-02-29",
        "02-30",
        "12-24..",
        "12-24..2023-12-26",
        "2023-05-14..2023-05-01",
        "0000",
        "tomorrow",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    """With an example of what is meant."""
    with pytest.raises(ConfigurationError, match=r"12-24\.\.12-26"):
        Span.parse(text)
