"""What ``tagwright taxonomy proposals`` and its ``ignore`` do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from tagwright.configuration import Configuration, load
from tagwright.configuration.binding import make_policy
from tagwright.pipeline import Judge
from tagwright.proposals import Proposal
from tagwright.proposals import proposals as find_proposals
from tagwright.state import Database, labels
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.labels import fold
from tagwright_plugins.cli.assembly import make_mapping, make_taxonomy
from tagwright_plugins.cli.naming import Naming
from tagwright_plugins.cli.wording import many, printable

_SHOWN = 2  # examples of one label


@dataclass(frozen=True, slots=True)
class Where:
    """The options that say which vocabulary and which state."""

    taxonomy: str | None
    config: Path | None
    state: Path | None

    def configuration(self) -> Configuration:
        """Return the configuration with these options laid over it."""
        return load(self.config, {"state": self.state, "taxonomy": self.taxonomy})[0]


def show(where: Where, fewest: int, limit: int, *, ignored: bool, as_json: bool) -> int:
    """List proposals and return the exit code."""
    configuration = where.configuration()
    taxonomy = make_taxonomy(configuration)
    judge = Judge(taxonomy, make_policy(configuration, taxonomy), make_mapping(configuration))
    database = Database(configuration.state / "tagwright.db")
    try:
        with database.begin() as connection:
            found = find_proposals(connection, judge, fewest=fewest, ignored=ignored)
    finally:
        database.close()
    if as_json:
        for one in found:
            click.echo(json.dumps(_plain(one, taxonomy), ensure_ascii=False))
        return 0
    for line in _lines(found[:limit], taxonomy, Naming(configuration)):
        click.echo(line)
    click.echo(_end(len(found), limit, ignored=ignored))
    return 0


def ignore(given: Sequence[str], where: Where, *, undo: bool) -> int:
    """Hide labels, or show them again, and return the exit code."""
    folded = list(filter(None, map(fold, given)))
    database = Database(where.configuration().state / "tagwright.db")
    try:
        with database.begin() as connection:
            if undo:
                labels.unignore(connection, folded)
            else:
                labels.ignore(connection, folded)
    finally:
        database.close()
    what = "Proposed again" if undo else "Proposed no more"
    click.echo(f"{what}: {printable(', '.join(folded), 500)}")
    return 0


def _lines(found: Sequence[Proposal], taxonomy: Taxonomy, naming: Naming) -> Iterator[str]:
    width = max((len(printable(one.label, 40)) for one in found), default=0)
    for one in found:
        like = ", ".join("/".join(taxonomy.path(concept)) for concept in one.similar)
        yield (
            f"{printable(one.label, 40):<{width}}  {many(one.photos, 'photo'):>12}"
            + (f"  like {printable(like, 100)}" if like else "")
        )
        for ref in one.examples[:_SHOWN]:
            yield f"{'':<{width}}    {naming.text(ref)}"


def _end(number: int, limit: int, *, ignored: bool) -> str:
    if ignored:
        return f"{many(number, 'label')} ignored; 'proposals ignore --undo LABEL' brings one back."
    if not number:
        return "Nothing to propose: your vocabulary covers all that was said."
    more = f" The {limit} on most photos are shown (--limit)." if number > limit else ""
    return (
        f"{many(number, 'label')} without a concept.{more}\n"
        "  tagwright taxonomy proposals adopt LABEL --under CONCEPT   a new concept\n"
        "  tagwright taxonomy proposals adopt LABEL --into CONCEPT    another word for one\n"
        "  tagwright taxonomy proposals ignore LABEL                  not a tag"
    )


def _plain(one: Proposal, taxonomy: Taxonomy) -> dict[str, object]:
    return {
        "label": one.label,
        "photos": one.photos,
        "spellings": list(one.spellings),
        "kinds": [kind.value for kind in one.kinds],
        "languages": list(one.languages),
        "examples": [str(ref) for ref in one.examples],
        "similar": [list(taxonomy.path(concept)) for concept in one.similar],
    }
