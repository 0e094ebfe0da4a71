"""What is spent and set aside by run, day and month, and the caps on it.

The sums change in the same transaction as the calls themselves, so that caps hold over all
processes and a crash forgets nothing: what a killed call had set aside stays counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, bindparam, insert, select, update

from tagwright.errors import BudgetError
from tagwright.money import usd
from tagwright.state.schema import spending

NANO = Decimal(10) ** 9  # parts of a US dollar in which money is kept

_COMMITTED = select(spending.c.committed).where(spending.c.period == bindparam("name"))
_ADD = (
    update(spending)
    .where(spending.c.period == bindparam("name"))
    .values(committed=spending.c.committed + bindparam("amount"))
)


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that may be spent, in US dollars; None: there is no limit."""

    run: Decimal | None = None
    day: Decimal | None = None  # of this machine's clock
    month: Decimal | None = None


class ShortError(BudgetError):
    """A cap leaves too little for another photo."""

    def __init__(self, period: str, cap: Decimal, left: Decimal, needed: Decimal) -> None:
        self.period = period
        super().__init__(
            f"of the {usd(cap)} for this {period}, {usd(left)} are left; the next photo may cost up"
            f" to {usd(needed)}.",
            cure=_CURES[period],
        )


_CURES = {
    "run": "Give more with --budget, or run again: what is done stays done.",
    "day": "Raise 'day' in [budget], or run again tomorrow: what is done stays done.",
    "month": "Raise 'month' in [budget], or run again next month: what is done stays done.",
}


def commit(connection: Connection, run_id: str, at: float, amount: int, caps: Caps) -> None:
    """Set money aside (billionths of a dollar) for a call of that time, in seconds since the epoch.

    Raises:
        ShortError: a cap would be passed; then nothing is set aside.
    """
    limits = (caps.run, caps.day, caps.month)
    for name, cap in zip(_periods(run_id, at), limits, strict=True):
        if cap is not None and amount:
            there = int(connection.scalar(_COMMITTED, {"name": name}) or 0)
            left = cap - there / NANO
            if amount / NANO > left:
                raise ShortError(name.partition(":")[0], cap, max(left, Decimal(0)), amount / NANO)
    for name in _periods(run_id, at):
        _add(connection, name, amount)


def settle(connection: Connection, run_id: str, at: float, aside: int, cost: int | None) -> None:
    """Put what a call really cost in the place of what was set aside; None: it is not known."""
    if cost is not None and cost != aside:
        for name in _periods(run_id, at):
            _add(connection, name, cost - aside)


def committed(connection: Connection, run_id: str, at: float) -> dict[str, Decimal]:
    """Return what is spent and set aside, in US dollars, by "run", "day" and "month"."""
    return {
        name.partition(":")[0]: int(connection.scalar(_COMMITTED, {"name": name}) or 0) / NANO
        for name in _periods(run_id, at)
    }


def _periods(run_id: str, at: float) -> tuple[str, str, str]:
    day = datetime.fromtimestamp(at)  # noqa: DTZ006 - the user's own days
    return f"run:{run_id}", f"day:{day:%Y-%m-%d}", f"month:{day:%Y-%m}"


def _add(connection: Connection, name: str, amount: int) -> None:
    if not amount:
        return
    if not connection.execute(_ADD, {"name": name, "amount": amount}).rowcount:
        connection.execute(insert(spending).values(period=name, committed=amount))
