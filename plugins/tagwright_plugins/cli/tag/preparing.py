"""Shows how far taggers are that fetch or make much before their first photo."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import click

from tagwright.errors import TaggerUnavailableError
from tagwright.ports import Preparing, Progress, Tagger

_LOG_EVERY = 10.0  # s


async def prepare(taggers: Sequence[Tagger], *, quiet: bool = False) -> None:
    """Let taggers get ready.

    A service that is away is no error yet: the run waits for it, as it does in between.

    Raises:
        TagwrightError: one cannot work.
    """
    for tagger in taggers:
        if isinstance(tagger, Preparing):
            with _shown(quiet=quiet) as tell, suppress(TaggerUnavailableError):
                await tagger.prepare(tell)


@contextmanager
def _shown(*, quiet: bool) -> Iterator[Progress]:
    if quiet:
        yield lambda *_: None
    elif sys.stderr.isatty():
        with _bar() as tell:
            yield tell
    else:
        yield _Log()


class _Log:
    """Says what is being done when it begins, and every few seconds how far it is."""

    def __init__(self) -> None:
        self._what = ""
        self._said = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if what != self._what or now - self._said >= _LOG_EVERY:
            self._what, self._said = what, now
            click.echo(f"Preparing: {what}, {done / max(total, 1):.0%}", err=True)


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console  # noqa: PLC0415 - slow to import
    from rich.progress import Progress as Rich  # noqa: PLC0415 - slow to import

    with Rich(console=Console(stderr=True), transient=True) as rich:
        task = rich.add_task("", total=None, visible=False)

        def tell(what: str, done: int, total: int) -> None:
            rich.update(task, description=what, completed=done, total=total, visible=True)

        yield tell
