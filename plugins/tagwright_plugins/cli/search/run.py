"""What ``tagwright search`` does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from tagwright.configuration import load
from tagwright.searching import Facet, Results, search
from tagwright.state import Database
from tagwright_plugins.cli.assembly import make_taxonomy
from tagwright_plugins.cli.naming import Naming
from tagwright_plugins.cli.selecting import Selected
from tagwright_plugins.cli.wording import many, printable

_SHOWN = 8  # concepts of one facet


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """The options of the command, as click gives them."""

    words: str
    under: Sequence[Path]
    taken_from: date | None
    taken_to: date | None
    branch: str | None
    limit: int
    facets: bool
    taxonomy: str | None
    as_json: bool
    config: Path | None
    state: Path | None


def run(options: SearchOptions) -> int:
    """Search, print what was found, and return the exit code."""
    configuration, _ = load(options.config, {"state": options.state, "taxonomy": options.taxonomy})
    taxonomy = make_taxonomy(configuration)
    days = {"taken_from": options.taken_from, "taken_to": options.taken_to}
    selected = Selected(options.under, options.branch, **days)  # type: ignore[arg-type]  # two dates
    database = Database(configuration.state / "tagwright.db")
    try:
        with database.begin() as connection:
            chosen = selected.filter(taxonomy)
            found = search(connection, taxonomy, options.words, chosen, limit=options.limit)
    finally:
        database.close()
    naming = Naming(configuration)
    if options.as_json:
        _print(found, naming)
        return 0
    for hit in found.hits:
        click.echo(naming.text(hit.ref))
    for line in _facets(found.facets) if options.facets else ():
        click.echo(line)
    shown = f", {len(found.hits)} shown" if len(found.hits) < found.total else ""
    click.echo(f"{many(found.total, 'photo')}{shown}", err=True)
    return 0


def _facets(facets: Sequence[Facet]) -> Iterator[str]:
    for facet in facets:
        some = ", ".join(
            f"{printable('/'.join(path[1:] or path), 60)} {number}"
            for path, number in facet.concepts[:_SHOWN]
        )
        yield f"{printable(facet.label, 60)} ({facet.photos}): {some}"


def _print(found: Results, naming: Naming) -> None:
    for hit in found.hits:
        tags = [list(path) for path in hit.paths]
        content = {"type": "photo", **naming.plain(hit.ref), "tags": tags, "caption": hit.caption}
        click.echo(json.dumps(content, ensure_ascii=False))
    facets = {
        facet.label: {"photos": facet.photos, "concepts": [[list(p), n] for p, n in facet.concepts]}
        for facet in found.facets
    }
    summary = {"type": "summary", "total": found.total, "facets": facets}
    click.echo(json.dumps(summary | {"concepts": list(found.concepts)}, ensure_ascii=False))
