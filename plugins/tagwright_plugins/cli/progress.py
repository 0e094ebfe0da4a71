"""A progress bar with ETA on a terminal; a plain line now and then in a log."""

from __future__ import annotations

import time
from types import TracebackType
from typing import IO, Self

import click

from tagwright.pipeline import Tally
from tagwright_plugins.cli.wording import duration

_LOG_EVERY = 10.0  # s


class Progress:
    """Shows how far a run is, on ``stream``; lines printed meanwhile stay whole."""

    def __init__(self, stream: IO[str], *, quiet: bool) -> None:
        self._bar = None if quiet or not stream.isatty() else _Bar(stream)
        self._quiet = quiet
        self._tally = Tally()
        self._begun = self._said = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def watch(self, tally: Tally) -> None:
        """Follow these figures."""
        self._tally = tally

    def line(self, text: str, *, err: bool = False) -> None:
        """Print a line without disturbing the bar."""
        if self._quiet:
            err = True
        if self._bar is not None:
            self._bar.print(text)
        else:
            click.echo(text, err=err)

    def advance(self) -> None:
        """Show that another photo is through."""
        if self._bar is not None:
            self._bar.show(self._tally)
        elif not self._quiet and time.monotonic() - self._said >= _LOG_EVERY:
            self._said = time.monotonic()
            click.echo(self._status(), err=True)

    def stop(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _status(self) -> str:
        tally = self._tally
        passed = time.monotonic() - self._begun
        text = f"{tally.finished:,} of {tally.queued:,} photos, {tally.tags:,} tags"
        if tally.failed:
            text += f", {tally.failed:,} failed"
        if tally.scanned and tally.finished:
            left = passed / tally.finished * (tally.queued - tally.finished)
            text += f", about {duration(left)} left"
        return text


class _Bar:
    """Rich's bar; rich is imported only where there is a terminal to draw on."""

    def __init__(self, stream: IO[str]) -> None:
        from rich.console import Console  # noqa: PLC0415 - slow to import
        from rich.progress import (  # noqa: PLC0415 - slow to import
            BarColumn,
            MofNCompleteColumn,
            TextColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as Rich  # noqa: PLC0415 - slow to import

        self._console = Console(file=stream)
        self._rich = Rich(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("photos, {task.fields[tags]} tags"),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
        )
        self._task = self._rich.add_task("Scanning", total=None, tags=0)
        self._rich.start()

    def print(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def show(self, tally: Tally) -> None:
        self._rich.update(
            self._task,
            description="Tagging" if tally.scanned else "Scanning and tagging",
            total=tally.queued,
            completed=tally.finished,
            tags=tally.tags,
        )

    def stop(self) -> None:
        self._rich.stop()
