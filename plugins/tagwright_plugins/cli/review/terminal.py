"""A plain terminal: keys, lines and text, while other work goes on in the event loop."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import termios
import tty
from pathlib import Path
from types import TracebackType
from typing import Self

import click

from tagwright_plugins.cli.wording import printable

_END = "\x04"  # Ctrl-D
_ESCAPE = "\x1b"


class EndedError(Exception):
    """The person wants to leave: Ctrl-C, Ctrl-D, or the terminal was closed."""


class Terminal:
    """Asks for keys and lines. What is typed ahead is kept."""

    def __init__(self) -> None:
        self._file = sys.stdin.fileno()
        self._before = termios.tcgetattr(self._file)
        self._typed = ""
        self._arrived: asyncio.Future[None] | None = None
        self._ended = False

    def __enter__(self) -> Self:
        self._single_keys()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._whole_lines()

    def interrupt(self) -> None:
        """Let whoever waits for a key, or will, leave."""
        self._ended = True
        self._arrive()

    async def key(self) -> str:
        """Wait for one key; one that is no character is returned as an empty text.

        Raises:
            EndedError: there will be none.
        """
        if not self._typed:
            self._typed = await self._read()
        if self._typed.startswith(_ESCAPE):  # an arrow, a function key
            self._typed = ""
        key, self._typed = self._typed[:1], self._typed[1:]
        if key == _END:
            raise EndedError
        return key

    async def line(self, question: str) -> str:
        """Ask for a line of text; empty: nothing was meant.

        Raises:
            EndedError: there will be none.
        """
        click.echo(f"{question}: ", nl=False)
        self._whole_lines()
        try:
            return (await self._read()).strip()
        finally:
            self._single_keys()

    def say(self, text: str = "", *, strong: bool = False) -> None:
        """Print a line; control characters in it do nothing."""
        shown = printable(text, 500)
        click.echo(click.style(shown, bold=True) if strong else shown)

    def show(self, photo: Path | str) -> None:
        """Open a file or an address in the program that the desktop has for it."""
        try:
            subprocess.Popen(
                ["xdg-open", photo],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as exc:
            self.say(f"xdg-open cannot be run: {exc.strerror}.")

    async def _read(self) -> str:
        loop = asyncio.get_running_loop()
        self._arrived = loop.create_future()
        loop.add_reader(self._file, self._arrive)
        try:
            if not self._ended:
                await self._arrived
        finally:
            loop.remove_reader(self._file)
        try:
            data = b"" if self._ended else os.read(self._file, 1024)
        except OSError:  # the terminal is gone
            data = b""
        if not data:
            raise EndedError
        return data.decode(errors="replace")

    def _arrive(self) -> None:
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_result(None)

    def _single_keys(self) -> None:
        # DRAIN, not the default: FLUSH would drop what was typed ahead.
        tty.setcbreak(self._file, termios.TCSADRAIN)

    def _whole_lines(self) -> None:
        termios.tcsetattr(self._file, termios.TCSADRAIN, self._before)
