"""What ``tagwright tune`` does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from tagwright import calibration
from tagwright.calibration import Stop, Threshold, Tuning
from tagwright.configuration import Configuration, load
from tagwright.model import Decision
from tagwright.state import Database, waiting
from tagwright.taxonomy import Taxonomy
from tagwright_plugins.cli.assembly import make_taxonomy
from tagwright_plugins.cli.wording import many, printable


@dataclass(frozen=True, slots=True)
class _Proposal:
    tuning: Tuning
    stops: list[Stop]
    applied: int  # suggestions that wait and would be applied
    asked: int  # tags that were applied and would be asked about


def run(
    precision: float,
    taxonomy: str | None,
    config: Path | None,
    state: Path | None,
    *,
    as_json: bool,
) -> int:
    """Propose and return the exit code."""
    configuration, _ = load(config, {"state": state, "taxonomy": taxonomy})
    vocabulary = make_taxonomy(configuration)
    found = _propose(configuration, vocabulary, precision)
    if as_json:
        click.echo(json.dumps(_plain(found), ensure_ascii=False))
        return 0
    for line in _lines(found, vocabulary):
        click.echo(line)
    return 0


def _propose(configuration: Configuration, taxonomy: Taxonomy, precision: float) -> _Proposal:
    database = Database(configuration.state / "tagwright.db")
    try:
        with database.begin() as connection:
            judged = calibration.evidence(connection, taxonomy)
            review = waiting.sureness(connection, Decision.REVIEW)
            apply = waiting.sureness(connection, Decision.APPLY)
    finally:
        database.close()
    tuning = calibration.tune(judged, taxonomy, precision)

    def reaches(tagger: str, top: str, confidence: float) -> bool:
        bound = tuning.apply(tagger, top)
        return bound is not None and confidence >= bound

    def falls_short(tagger: str, top: str, confidence: float) -> bool:
        bound = tuning.apply(tagger, top)
        return bound is not None and confidence < bound

    ruled = [rule.label for rule in configuration.mapping]
    return _Proposal(
        tuning,
        calibration.stops(judged, ruled),
        calibration.change(review, taxonomy, reaches),
        calibration.change(apply, taxonomy, falls_short),
    )


def _lines(found: _Proposal, taxonomy: Taxonomy) -> Iterator[str]:
    tuning = found.tuning
    for tagger, number in tuning.thin.items():
        yield (
            f"# {printable(tagger)}: {many(number, 'decision')}; "
            f"thresholds are proposed from {calibration.LEAST}."
        )
    if not (tuning.taggers or tuning.thin):
        yield "# Nothing was decided yet; 'tagwright review' is where that is done."
    for tagger, one in tuning.taggers.items():
        yield from _section(f"policy.taggers.{_quoted(tagger)}", one, tuning.precision)
    for top, one in tuning.branches.items():
        name = "/".join(taxonomy.path(top)) if top in taxonomy else top
        yield from _section(f"policy.concepts.{_quoted(name)}", one, tuning.precision)
    if tuning.taggers:
        yield ""
        yield (
            f"# With these, {many(found.applied, 'suggestion')} that wait would be written, and "
            f"{many(found.asked, 'tag')} of ours would be asked about first."
        )
        yield "# Put them into tagwright.toml; 'tagwright remap --dry-run' shows all it changes."
    for stop in found.stops:
        yield ""
        yield f"# rejected {stop.rejected} of {many(stop.decided, 'time')}"
        yield "[[mapping]]"
        yield f"label = {_quoted(stop.label)}"
        yield "ignore = true"


def _section(name: str, one: Threshold, precision: float) -> Iterator[str]:
    yield ""
    share = f"{one.precision:.1%} ({one.low:.1%} to {one.high:.1%})"
    if one.apply is None:
        span = f"{one.lowest:.2f} to {one.highest:.2f}"
        yield f"# [{name}]: {share} of {many(one.above, 'decision')} from {span} were right;"
        yield f"#   no threshold there reaches {precision:.0%}."
        return
    yield f"# {share} of {many(one.above, 'decision')} from {one.apply:.2f} on were right"
    yield f"[{name}]"
    yield f"apply = {one.apply:.2f}"


def _quoted(text: str) -> str:
    """Return a TOML string, which may be any of JSON's that holds no control character."""
    return json.dumps(printable(text, 200), ensure_ascii=False)


def _plain(found: _Proposal) -> dict[str, object]:
    tuning = found.tuning
    return {
        "precision": tuning.precision,
        "taggers": {name: asdict(one) for name, one in tuning.taggers.items()},
        "branches": {name: asdict(one) for name, one in tuning.branches.items()},
        "thin": dict(tuning.thin),
        "would_apply": found.applied,
        "would_ask": found.asked,
        "ignore": [asdict(one) for one in found.stops],
    }
