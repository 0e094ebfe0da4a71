"""Telling what an undo takes back: for people, or as JSON."""

from __future__ import annotations

import json

import click

from tagwright.errors import VanishedError
from tagwright.state.undoing import Chosen, Counted
from tagwright.undo import Undone
from tagwright_plugins.cli import wording
from tagwright_plugins.cli.naming import Naming
from tagwright_plugins.cli.progress import Figures, Progress

_SHOWN = 20  # tags


class Report:
    """Says how much it is, and then what became of it."""

    def __init__(self, progress: Progress, naming: Naming, *, as_json: bool, dry_run: bool) -> None:
        names = ("restored", "unchanged", "gone", "failed", "left")
        self.tally = dict.fromkeys(names, 0)
        self._what = ""
        self._done = 0
        self._progress = progress
        self._naming = naming
        self._as_json = as_json
        self._dry_run = dry_run

    def note(self, text: str) -> None:
        """Say something beside the results."""
        self._progress.line(text, err=True)

    def counted(self, chosen: Chosen, counted: Counted) -> None:
        """Show how much there is to take back, by the ledger."""
        self._what = f"run {chosen.run}" if chosen.run else "what you chose"
        if self._as_json:
            tags = [{"path": list(path), "photos": n} for path, n in counted.tags.items()]
            _print({"type": "count", "run": chosen.run, "photos": counted.photos, "tags": tags})
            return
        if not counted.photos:
            return
        what = "an undo" if counted.undoes else wording.many(sum(counted.tags.values()), "tag")
        self._progress.line(f"To take back: {what} on {wording.many(counted.photos, 'photo')}")
        for path, number in list(counted.tags.items())[:_SHOWN]:
            self._progress.line(f"  {number:>7,}  {wording.printable('/'.join(path), 80)}")
        if len(counted.tags) > _SHOWN:
            self._progress.line(f"  and {len(counted.tags) - _SHOWN:,} other tags")
        for ref in counted.examples:
            self._progress.line(f"  such as {self._naming.text(ref)}")

    def undoing(self, total: int) -> None:
        """Follow the undo."""
        self._progress.watch(lambda: Figures("Taking back", self._done, total))

    def photo(self, undone: Undone) -> None:
        """Count one photo and tell of it."""
        status = _status(undone)
        self.tally[status] += 1
        self.tally["left"] += len(undone.left)
        self._done += 1
        self._progress.advance()
        if self._as_json:
            _print(self._plain(undone, status))
            return
        if undone.error is not None:
            self.note(f"{status}: {self._naming.error(undone.ref, undone.error)}")
        for path, why in undone.left:
            tag = wording.printable("/".join(path), 80)
            photo = self._naming.text(undone.ref)
            self.note(f"left: {photo}: {tag}: {wording.printable(why, 120)}")
        if self._dry_run and undone.receipt is not None:
            self._changes(undone)

    def summary(self, run_id: str, status: str) -> None:
        """Close with what was done and how to take that back."""
        self._progress.stop()
        if self._as_json:
            _print({"type": "summary", "run": run_id, "status": status, **self.tally})
            return
        verb = "Would take back" if self._dry_run else "Took back"
        said = ", ".join(
            f"{number:,} {what}" for what, number in self.tally.items() if number and what != "left"
        )
        click.echo(f"{verb} {self._what}: {said or 'nothing to take back'}")
        if self.tally["left"]:
            click.echo(f"Left to people, who touched them since: {self.tally['left']:,} tags")
        if status == "interrupted":
            click.echo("Interrupted; nothing is lost. Run the same command again to go on.")
        if self.tally["restored"] and not self._dry_run:
            click.echo(f"Put it back with: tagwright undo --run {run_id}")

    def _plain(self, undone: Undone, status: str) -> dict[str, object]:
        error = None if undone.error is None else str(undone.error)
        left = [{"path": list(path), "why": why} for path, why in undone.left]
        row = {"type": "photo", **self._naming.plain(undone.ref), "status": status}
        return {**row, "left": left, "error": error}

    def _changes(self, undone: Undone) -> None:
        assert undone.receipt is not None
        for change in undone.receipt.changes:
            gone = [value for value in change.before if value not in change.after]
            come = [value for value in change.after if value not in change.before]
            for verb, values in (("takes back", gone), ("puts back", come)):
                if values:
                    text = wording.printable(", ".join(values), 500)
                    photo = self._naming.text(undone.ref)
                    self._progress.line(f"{photo}: {change.field}: {verb} {text}")


def _status(undone: Undone) -> str:
    if isinstance(undone.error, VanishedError):
        return "gone"
    if undone.error is not None:
        return "failed"
    return "restored" if undone.receipt and undone.receipt.changes else "unchanged"


def _print(content: dict[str, object]) -> None:
    click.echo(json.dumps(content, ensure_ascii=False))
