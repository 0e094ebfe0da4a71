"""What a run will cost, said before it begins."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from tagwright.money import about, usd
from tagwright.pipeline import Estimate, Estimator, Session, survey
from tagwright_plugins.cli.wording import duration, many, printable


async def estimate_only(session: Session, *, as_json: bool, pace: float | None = None) -> int:
    """Look what there is to do, say what it would cost and leave all as it was.

    ``pace`` is how many seconds a photo takes, where that is known.
    """
    photos = await survey(session)
    estimate = await Estimator(session.settings, session.lane).estimate(photos)
    seconds = None if pace is None else round(pace * photos)
    if as_json:
        click.echo(json.dumps(plain(estimate) | {"seconds": seconds}, ensure_ascii=False))
        return 0
    for line in lines(estimate):
        click.echo(line)
    if seconds:
        click.echo(f"About {duration(seconds)} at the pace of the last time")
    return 0


def lines(estimate: Estimate) -> Iterator[str]:
    """Say what it will cost, how sure that is, and what may be spent."""
    photos = many(estimate.photos, "photo")
    if not estimate.paid:
        yield f"Nothing to pay for {photos}."
        return
    if estimate.taggers:
        names = printable(" and ".join(estimate.taggers))
        yield f"{_about(estimate)} for up to {photos} with {names}; {_may_spend(estimate)}"
    for name in estimate.unknown:
        yield (
            f"What {printable(name)} costs for up to {photos} is not known, and no cap can hold it"
            " (see docs/money.md)"
        )
    if estimate.lasts is not None:
        period, enough = estimate.lasts
        yield (
            f"What is left for this {period} is enough for about {many(enough, 'photo')}: a run"
            f" ends where the next one might pass a cap, as one may cost up to {usd(estimate.most)}"
        )


def _about(estimate: Estimate) -> str:
    said = f"About {about(estimate.expected)}"
    if estimate.low == estimate.high:
        return said
    low, high = (about(one).removeprefix("$") for one in (estimate.low, estimate.high))
    return f"{said} ({low} to {high})"


def _may_spend(estimate: Estimate) -> str:
    left = estimate.left
    run = f"this run may spend {usd(left['run'])}" if "run" in left else "this run has no cap"
    others = [
        f"{usd(left[period])} of {name} are left"
        for period, name in (("day", "today's"), ("month", "this month's"))
        if period in left
    ]
    return ", ".join((run, *others))


def plain(estimate: Estimate) -> dict[str, object]:
    """Return it for scripts."""
    return {
        "type": "estimate",
        "photos": estimate.photos,
        "taggers": list(estimate.taggers),
        "unknown": list(estimate.unknown),
        "usd": {
            "low": float(estimate.low),
            "expected": float(estimate.expected),
            "high": float(estimate.high),
            "most_of_one_photo": float(estimate.most),
        },
        "left": {period: float(amount) for period, amount in estimate.left.items()},
    }
