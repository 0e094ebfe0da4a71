"""A progress bar with ETA on a terminal; a plain line now and then in a log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Self

import click

from tagwright_plugins.cli.wording import duration, printable

_LOG_EVERY = 10.0  # s


@dataclass(frozen=True, slots=True)
class Figures:
    """How far something is."""

    doing: str = "Scanning"
    done: int = 0  # photos
    total: int | None = None  # None: not known yet
    beside: str = ""  # other figures: "12 tags, 1 failed"
    steady: bool = True  # whether what is left takes as long as what is done


class Progress:
    """Shows how far a run is, on ``stream``; lines printed meanwhile stay whole."""

    def __init__(self, stream: IO[str], *, quiet: bool) -> None:
        self._bar = None if quiet or not stream.isatty() else _Bar(stream)
        self._quiet = quiet
        self._figures: Callable[[], Figures] = Figures
        self._begun = self._said = time.monotonic()
        self._others: list[logging.Handler] = []

    def __enter__(self) -> Self:
        # Warnings that are logged meanwhile would be written across the bar.
        root = logging.getLogger()
        self._others, root.handlers = root.handlers, [_Warnings(self)]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        logging.getLogger().handlers = self._others

    def watch(self, figures: Callable[[], Figures]) -> None:
        """Follow what ``figures`` returns."""
        self._figures = figures
        self._begun = time.monotonic()

    def told(self, doing: str) -> Callable[[int, int], None]:
        """Return a function that is told how many photos are through, of how many."""
        figures = [Figures(doing)]
        self.watch(lambda: figures[-1])

        def tell(done: int, total: int) -> None:
            figures[:] = [Figures(doing, done, total)]
            self.advance()

        return tell

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
            self._bar.show(self._figures())
        elif not self._quiet and time.monotonic() - self._said >= _LOG_EVERY:
            self._said = time.monotonic()
            click.echo(self._status(), err=True)

    def stop(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _status(self) -> str:
        now = self._figures()
        text = f"{now.doing}: {now.done:,} photos"
        if now.total is not None:
            text = f"{now.doing}: {now.done:,} of {now.total:,} photos"
        text = ", ".join(filter(None, (text, now.beside)))
        if now.total is not None and now.done and now.steady:
            passed = time.monotonic() - self._begun
            text += f", about {duration(passed / now.done * (now.total - now.done))} left"
        return text


class _Warnings(logging.Handler):
    def __init__(self, progress: Progress) -> None:
        super().__init__(logging.WARNING)
        self._progress = progress

    def emit(self, record: logging.LogRecord) -> None:
        self._progress.line(printable(record.getMessage(), 500), err=True)


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
            TextColumn("photos{task.fields[beside]}"),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
        )
        self._task = self._rich.add_task("Scanning", total=None, beside="")
        self._rich.start()

    def print(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def show(self, now: Figures) -> None:
        self._rich.update(
            self._task,
            description=now.doing,
            total=now.total,
            completed=now.done,
            beside=f", {now.beside}" if now.beside else "",
        )

    def stop(self) -> None:
        self._rich.stop()
