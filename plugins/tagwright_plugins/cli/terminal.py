"""A plain terminal: keys, lines and text, while other work goes on in the event loop."""

from __future__ import annotations

import asyncio
import subprocess
from typing import Any

import click

from tagwright.model import AssetRef
from tagwright_adapters.files.names import to_path
from tagwright_plugins.cli.wording import printable


class EndedError(Exception):
    """The person wants to leave: Ctrl-C, Ctrl-D, or the terminal was closed."""


class Terminal:
    """Asks for keys and lines."""

    async def key(self) -> str:
        """Wait for one key.

        Raises:
            EndedError: there will be none.
        """
        return str(await self._ask(click.getchar))

    async def line(self, question: str) -> str:
        """Ask for a line of text; empty: nothing was meant.

        Raises:
            EndedError: there will be none.
        """
        return str(await self._ask(click.prompt, question, default="", show_default=False)).strip()

    def say(self, text: str = "", *, strong: bool = False) -> None:
        """Print a line; control characters in it do nothing."""
        click.secho(printable(text, 500), bold=strong)

    def show(self, ref: AssetRef) -> None:
        """Open a photo in the program that the desktop has for it."""
        try:
            subprocess.Popen(
                ["xdg-open", to_path(ref.reference)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as exc:
            self.say(f"xdg-open cannot be run: {exc.strerror}.")

    async def _ask(self, ask: Any, *arguments: Any, **named: Any) -> object:
        try:
            return await asyncio.to_thread(ask, *arguments, **named)
        except (KeyboardInterrupt, EOFError, click.Abort) as exc:
            raise EndedError from exc
