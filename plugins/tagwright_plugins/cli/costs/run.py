"""What ``tagwright costs`` does."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import cast

import click

from tagwright.configuration import Configuration, load
from tagwright.money import usd
from tagwright.state import Database, costs, spending
from tagwright.state.costs import By, Costs
from tagwright_plugins.cli.wording import many, printable

_TITLES = ("USD", "at most", "photos", "requests", "tokens sent", "answered")
_TOTAL = "total"
_NO_MODEL = "(no answer)"
_GAP = "  "


@dataclass(frozen=True, slots=True)
class _Shown:
    """All that is printed."""

    by: By | None
    rows: Sequence[Costs]
    total: Costs
    left: Mapping[str, tuple[Decimal, Decimal]]  # "day", "month": of which cap, how much is left


def run(
    by: str | None,
    since: datetime | None,
    config: Path | None,
    state: Path | None,
    *,
    as_json: bool,
) -> int:
    """Print the sums and return the exit code."""
    configuration, _ = load(config, {"state": state})
    start = since.timestamp() if since else 0.0
    shown = _look(configuration, cast("By | None", by), start)
    for line in _objects(shown) if as_json else _lines(shown):
        click.echo(line)
    return 0


def _look(configuration: Configuration, by: By | None, since: float) -> _Shown:
    database = Database(configuration.state / "tagwright.db")
    try:
        with database.begin() as connection:
            rows = costs.grouped(connection, by, since) if by else []
            total = costs.total(connection, since)
            spent = spending.committed(connection, "", time.time())
    finally:
        database.close()
    caps = {"day": configuration.budget.day, "month": configuration.budget.month}
    left = {
        period: (cap, max(cap - spent[period], Decimal(0)))
        for period, cap in caps.items()
        if cap is not None
    }
    return _Shown(by, rows, total, left)


def _lines(shown: _Shown) -> Iterator[str]:
    if shown.total.requests:
        nameless = _NO_MODEL if shown.by == "model" else "/"
        names = [printable(row.key) or nameless for row in shown.rows]
        yield from _table(shown.by or "", [*shown.rows, shown.total], [*names, _TOTAL])
        yield from _doubts(shown.total)
    else:
        yield "No vision service was asked."
    for period, (cap, left) in shown.left.items():
        yield f"{usd(left)} of the {usd(cap)} for this {period} are left"


def _table(title: str, rows: Sequence[Costs], names: Sequence[str]) -> Iterator[str]:
    """Names come last: how wide foreign letters are is for the terminal to know."""
    lines = [_TITLES, *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for cells, name in zip(lines, (title, *names), strict=True):
        numbers = (cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
        yield _GAP.join((*numbers, name)).rstrip()


def _cells(row: Costs) -> tuple[str, ...]:
    counts = (row.photos, row.requests, row.input_tokens, row.output_tokens)
    most = f"{row.cost + row.aside:,.4f}" if row.aside else ""
    return (f"{row.cost:,.4f}", most, *(f"{count:,}" for count in counts))


def _doubts(total: Costs) -> Iterator[str]:
    if total.unknown:
        yield f"Not known is what {many(total.unknown, 'call')} cost; the sums are without them."
    if total.open:
        yield f"{many(total.open, 'call')} under way, or cut short by a crash; may be paid for."
    if total.aside:
        yield f"All of these may have cost up to {usd(total.aside)}, which counts for your caps."


def _objects(shown: _Shown) -> Iterator[str]:
    for row in shown.rows:
        yield _json({"type": shown.by, shown.by or "": row.key or None, **_plain(row)})
    left = {period: float(left) for period, (_, left) in shown.left.items()}
    yield _json({"type": "total", **_plain(shown.total), "left": left})


def _plain(row: Costs) -> dict[str, object]:
    return {
        "usd": float(row.cost),
        "usd_at_most": float(row.cost + row.aside),
        "photos": row.photos,
        "requests": row.requests,
        "input_tokens": row.input_tokens,
        "output_tokens": row.output_tokens,
        "calls_of_unknown_cost": row.unknown,
        "calls_not_ended": row.open,
    }


def _json(content: Mapping[str, object]) -> str:
    return json.dumps(content, ensure_ascii=False)
