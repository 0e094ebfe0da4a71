"""Telling what judging anew changes: for people, or as JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator

import click

from tagwright.errors import VanishedError
from tagwright.model import Extra
from tagwright.pipeline import Judgement
from tagwright.remap import Applied, Count, Difference, Preview
from tagwright.state.visits import Visit
from tagwright.taxonomy import Taxonomy
from tagwright_plugins.cli import wording
from tagwright_plugins.cli.naming import Naming
from tagwright_plugins.cli.progress import Figures, Progress

_SHOWN = 40  # tags of the difference


class Report:
    """Says what would change, and then what did."""

    def __init__(self, progress: Progress, naming: Naming, *, as_json: bool, explain: bool) -> None:
        names = ("changed", "added", "withdrawn", "set", "unset", "gone", "failed")
        self.tally = dict.fromkeys(names, 0)
        self._done = 0
        self._progress = progress
        self._naming = naming
        self._as_json = as_json
        self._explain = explain
        self._begun = time.monotonic()

    def note(self, text: str) -> None:
        """Say something beside the results."""
        self._progress.line(text, err=True)

    def previewing(self, preview: Preview, total: int) -> None:
        """Follow a preview."""
        self._progress.watch(lambda: Figures("Judging anew", preview.photos, total))

    def applying(self, total: int) -> None:
        """Follow the application."""
        self._progress.watch(lambda: Figures("Changing", self._done, total))

    def photo(
        self, taxonomy: Taxonomy, visit: Visit, judgement: Judgement, difference: Difference
    ) -> None:
        """Show what would change on one photo, where that was asked for."""
        self._progress.advance()
        if not self._explain or not difference.writes:
            return
        if self._as_json:
            added = [list(path) for path in difference.added.values()]
            withdrawn = [list(path) for path in difference.withdrawn.values()]
            row = {**self._naming.plain(visit.ref), "added": added, "withdrawn": withdrawn}
            change = difference.exchange
            others = {"set": _extras(change.added), "unset": _extras(change.withdrawn)}
            _print({"type": "photo", **row, **others})
            return
        for line in self._lines(taxonomy, visit, judgement, difference):
            self._progress.line(line)

    def _lines(
        self, taxonomy: Taxonomy, visit: Visit, judgement: Judgement, difference: Difference
    ) -> Iterator[str]:
        yield self._naming.text(visit.ref)
        for suggestion in judgement.applied:
            if suggestion.concept in difference.added:
                yield f"  + {wording.reason(suggestion, taxonomy)}"
        for path in difference.withdrawn.values():
            yield f"  - {wording.printable('/'.join(path))}"
        change = difference.exchange
        for sign, extras in (("+", change.added), ("-", change.withdrawn)):
            for extra in extras:
                yield f"  {sign} {wording.printable(str(extra), 200)}"

    def difference(self, preview: Preview) -> None:
        """Show the whole difference, tag by tag."""
        self._progress.stop()
        rows = list(preview.changes())
        if self._as_json:
            for path, n in rows:
                counts = {"added": n.added, "withdrawn": n.withdrawn, "kept": n.kept}
                _print({"type": "tag", "path": list(path), **counts})
            for field, n in sorted(preview.extras.items()):
                counts = {"added": n.added, "withdrawn": n.withdrawn, "kept": n.kept}
                _print({"type": field, **counts})
            _print(
                {
                    "type": "preview",
                    "photos": preview.photos,
                    "photos_changed": preview.rewritten,
                    "review_before": preview.review_before,
                    "review_after": preview.review_after,
                }
            )
            return
        seconds = wording.duration(time.monotonic() - self._begun)
        click.echo(f"{wording.many(preview.photos, 'photo')} judged anew in {seconds}; none asked.")
        shown = [(wording.printable("/".join(path), 60), n) for path, n in rows]
        others = [
            (f"({field}s)", n)
            for field, n in sorted(preview.extras.items())
            if n.added or n.withdrawn
        ]
        for line in _table(shown, others):
            click.echo(line)
        if preview.review_before != preview.review_after:
            click.echo(f"For review: {preview.review_after:,} (were {preview.review_before:,})")
        if preview.rewritten:
            click.echo(f"{wording.many(preview.rewritten, 'photo')} would change.")

    def nothing_done(self, preview: Preview) -> None:
        """Say why nothing follows."""
        if self._as_json:
            return
        if not preview.photos:
            click.echo("No photo has been tagged yet; begin with 'tagwright tag'.")
        elif not preview.changed:
            click.echo("Nothing to change: all tags are as your vocabulary says.")
        else:
            click.echo("Dry run: nothing was changed.")

    def applied(self, one: Applied) -> None:
        """Count what became of one photo."""
        self._done += 1
        self._progress.advance()
        if one.receipt is not None:
            self.tally["changed"] += bool(one.receipt.changes)
            self.tally["added"] += len(one.receipt.written)
            self.tally["withdrawn"] += len(one.receipt.withdrawn)
            self.tally["set"] += len(one.receipt.given)
            self.tally["unset"] += len(one.receipt.taken)
        if one.error is not None:
            kind = "gone" if isinstance(one.error, VanishedError) else "failed"
            self.tally[kind] += 1
            self.note(f"{kind}: {self._naming.error(one.ref, one.error)}")

    def summary(self, run_id: str, status: str) -> None:
        """Close with what was done and how to take it back."""
        self._progress.stop()
        if self._as_json:
            _print({"type": "summary", "run": run_id, "status": status, **self.tally})
            return
        tally = self.tally
        click.echo(
            f"{wording.many(tally['changed'], 'photo')} changed:"
            f" {wording.many(tally['added'], 'tag')} added, {tally['withdrawn']:,} taken back"
            + _others(tally["set"], tally["unset"])
            + (f"; {tally['failed']:,} failed" if tally["failed"] else "")
            + (f"; {tally['gone']:,} no longer there" if tally["gone"] else "")
        )
        if status == "interrupted":
            click.echo("Interrupted; nothing is lost. Run the same command again to go on.")
        if tally["changed"]:
            click.echo(f"Take this back with: tagwright undo --run {run_id}")


def _others(come: int, gone: int) -> str:
    if not come and not gone:
        return ""
    return f"; of captions, ratings and albums {come:,} set, {gone:,} taken back"


def _extras(extras: Iterable[Extra]) -> list[dict[str, str]]:
    return [{"field": one.field, "value": one.value} for one in extras]


def _table(rows: list[tuple[str, Count]], others: list[tuple[str, Count]]) -> Iterator[str]:
    shown = [*rows[:_SHOWN], *others]
    if not shown:
        return
    width = max(len(name) for name, _ in shown)
    yield f"  {'':<{width}}  {'added':>8}  {'taken back':>10}  {'kept':>8}"
    for name, n in shown:
        yield f"  {name:<{width}}  {n.added:>8,}  {n.withdrawn:>10,}  {n.kept:>8,}"
    if len(rows) > _SHOWN:
        yield f"  and {len(rows) - _SHOWN:,} more tags (--json lists all)"


def _print(content: dict[str, object]) -> None:
    click.echo(json.dumps(content, ensure_ascii=False))
