"""``tagwright status``."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tagwright_plugins.cli.options import configured, json_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagwright.configuration import Configuration
    from tagwright.model import AssetRef
    from tagwright.state.runs import Run
    from tagwright_plugins.watch.standing import Standing

_RUNS = 10
_CONCEPTS = 10
_TROUBLED = 20
_DAEMONS = {"watch": "Watching", "immich": "Serving Immich"}


@click.command(short_help="Show photos by state, recent runs and what needs attention.")
@json_option
@configured
def status(as_json: bool, config: Path | None, state: Path | None) -> int:
    """Show photos by state, recent runs and what needs attention."""
    from tagwright.configuration import load  # noqa: PLC0415 - keeps --help quick
    from tagwright.state import Database, attention, runs, waiting  # noqa: PLC0415 - as above
    from tagwright.state.spread import spread  # noqa: PLC0415 - as above
    from tagwright_plugins.watch.standing import DAEMONS, find, is_kept  # noqa: PLC0415 - as above

    configuration, _ = load(config, {"state": state})
    database = Database(configuration.state / "tagwright.db")
    with database.begin() as connection:
        counts = attention.counts(connection)
        recent = runs.recent(connection, _RUNS)
        troubled = attention.troubled(connection, _TROUBLED)
        review = waiting.counts(connection)
        seen = spread(connection)
    database.close()
    daemons = {name: find(configuration.state, name) for name in DAEMONS}
    noise = seen.noise(configuration.policy.noise, configuration.policy.noise_photos)
    if as_json:
        shown = _plain(configuration, troubled)
        _print_json(counts, recent, shown, review, noise, daemons=daemons)
    else:
        click.echo(f"State: {configuration.state}")
        for name, daemon in daemons.items():
            if daemon is not None:
                _print_daemon(name, daemon)
            elif is_kept(configuration.state, name):
                click.echo(f"{_DAEMONS[name]}: no daemon runs")
        _print_text(counts, recent, review)
        _print_trouble(configuration, troubled)
        _print_noise(noise, seen.photos, configuration)
    return 0


def _print_daemon(name: str, daemon: Standing) -> None:
    from tagwright_plugins.cli.wording import printable  # noqa: PLC0415 - rarely needed

    since = datetime.fromtimestamp(daemon.since).astimezone().strftime("%Y-%m-%d %H:%M")
    reason = f" ({printable(daemon.reason, 500)})" if daemon.reason else ""
    click.echo(f"{_DAEMONS[name]}: {daemon.doing}{reason} since {since}")


def _print_noise(noise: dict[str, int], photos: int, configuration: Configuration) -> None:
    if noise:
        from tagwright_plugins.cli.status.noise import noise_lines  # noqa: PLC0415 - rarely needed

        for line in noise_lines(noise, photos, configuration):
            click.echo(line)


def _print_text(
    counts: dict[str, int],
    recent: list[Run],
    review: dict[str, int],
) -> None:
    said = ", ".join(f"{number:,} {name}" for name, number in sorted(counts.items()))
    click.echo(f"Photos: {said or 'none seen yet'}")
    click.echo(f"Suggestions for review: {sum(review.values()):,}")
    for concept, number in list(review.items())[:_CONCEPTS]:
        click.echo(f"  {number:,} {concept}")
    if len(review) > _CONCEPTS:
        click.echo(
            f"  and {len(review) - _CONCEPTS} more concepts; 'tagwright review' has them all"
        )
    for run in recent:
        began = datetime.fromtimestamp(run.started_at).astimezone().strftime("%Y-%m-%d %H:%M")
        figures = ", ".join(f"{number} {name}" for name, number in run.tally.items() if number)
        click.echo(f"  {run.id}  {began}  {run.kind:<7} {run.status:<11} {figures}")


def _print_trouble(configuration: Configuration, troubled: list[tuple[AssetRef, str, str]]) -> None:
    if not troubled:
        return
    from tagwright_plugins.cli.naming import Naming  # noqa: PLC0415 - rarely needed

    naming = Naming(configuration)
    click.echo("Needs attention:")
    for ref, state, error in troubled:
        click.echo(f"  {state}: {naming.said(ref, error)}")


def _plain(
    configuration: Configuration, troubled: list[tuple[AssetRef, str, str]]
) -> list[dict[str, str]]:
    from tagwright_plugins.cli.naming import Naming  # noqa: PLC0415 - rarely needed

    naming = Naming(configuration)
    return [
        {**naming.plain(ref), "status": state, "error": error} for ref, state, error in troubled
    ]


def _print_json(
    counts: dict[str, int],
    recent: list[Run],
    troubled: list[dict[str, str]],
    review: dict[str, int],
    noise: dict[str, int],
    *,
    daemons: Mapping[str, Standing | None],
) -> None:
    click.echo(
        json.dumps(
            {
                "photos": counts,
                **{name: one and asdict(one) for name, one in daemons.items()},
                "review": sum(review.values()),
                "review_by_concept": review,
                "noise": noise,
                "runs": [
                    {
                        "run": run.id,
                        "kind": run.kind,
                        "status": run.status,
                        "started_at": run.started_at,
                        "ended_at": run.ended_at,
                        "tally": dict(run.tally),
                    }
                    for run in recent
                ],
                "troubled": troubled,
            },
            ensure_ascii=False,
        )
    )
