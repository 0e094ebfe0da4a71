"""The ways by which a notice reaches a person: a command, a webhook, Apprise."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import socket
from collections.abc import Sequence
from typing import Protocol

import httpx

import tagwright
from tagwright.configuration import secret
from tagwright.errors import ConfigurationError, MissingProgramError, TagwrightError
from tagwright_plugins.watch.notifying.notices import Notice

WEBHOOK = "WATCH_WEBHOOK"  # secrets: whoever knows the address can post there
APPRISE = "WATCH_APPRISE"
PATIENCE = 20.0  # s that a channel may take


class ChannelError(TagwrightError):
    """A notice could not be handed over."""


class Channel(Protocol):
    """A way to a person."""

    name: str

    async def send(self, notice: Notice) -> None:
        """Hand a notice over.

        Raises:
            ChannelError: that failed. No secret is in its message.
        """


def content(notice: Notice) -> dict[str, object]:
    """Return a notice as commands and webhooks get it."""
    return {
        "program": "tagwright",
        "version": tagwright.__version__,
        "machine": socket.gethostname(),
        "event": notice.kind.value,
        "over": notice.over,
        "count": notice.count,
        "message": notice.message,
    }


def make_channels(command: Sequence[str]) -> list[Channel]:
    """Return the channels that are set: a command in the configuration, addresses as secrets.

    Raises:
        ConfigurationError: an address cannot be used.
        MissingProgramError: Apprise has an address, and is not installed.
    """
    channels: list[Channel] = [Command(command)] if command else []
    if url := secret(WEBHOOK):
        channels.append(Webhook(url))
    if urls := secret(APPRISE):
        channels.append(_Apprise(urls.split()))
    return channels


class Command:
    """Starts a program, never a shell, with the notice as JSON on its standard input."""

    name = "the command"

    def __init__(self, argv: Sequence[str], patience: float = PATIENCE) -> None:
        self._argv = tuple(argv)
        self._patience = patience

    async def send(self, notice: Notice) -> None:
        """Run the program and wait for its end."""
        said = json.dumps(content(notice)).encode()
        quiet = asyncio.subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(
                *self._argv, stdin=asyncio.subprocess.PIPE, stdout=quiet, stderr=quiet
            )
        except OSError as exc:
            msg = f"{self._argv[0]} cannot be started: {exc.strerror or exc}."
            raise ChannelError(msg) from exc
        try:
            await asyncio.wait_for(process.communicate(said), self._patience)
        except TimeoutError as exc:
            msg = f"{self._argv[0]} took longer than {self._patience:g} s and was ended."
            raise ChannelError(msg) from exc
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode:
            raise ChannelError(f"{self._argv[0]} ended with code {process.returncode}.")


class Webhook:
    """Posts the notice as JSON."""

    name = "the webhook"

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        """Take the address, which is a secret.

        Raises:
            ConfigurationError: it is none.
        """
        if not url.startswith(("http://", "https://")):
            msg = f"TAGWRIGHT_{WEBHOOK} is no address of a webhook."
            raise ConfigurationError(msg, cure="It begins with https:// or http://.")
        self._url = url
        self._patience = patience

    async def send(self, notice: Notice) -> None:
        """Post it."""
        try:
            async with httpx.AsyncClient(timeout=self._patience) as client:
                answer = await client.post(self._url, json=content(notice))
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            raise ChannelError(f"no answer: {type(exc).__name__}.") from exc
        if not answer.is_success:
            raise ChannelError(f"the answer was HTTP {answer.status_code}.")


class _Apprise:
    """Hands the notice to Apprise, which knows a hundred services."""

    name = "Apprise"

    def __init__(self, urls: Sequence[str]) -> None:
        try:
            # By name: it is part of no extra, and so not there when types are checked.
            apprise = importlib.import_module("apprise")
        except ImportError as exc:
            msg = f"TAGWRIGHT_{APPRISE} is set, and Apprise is not installed."
            raise MissingProgramError(msg, cure="pip install apprise") from exc
        self._apprise = apprise.Apprise()
        if not self._apprise.add(list(urls)):
            msg = f"TAGWRIGHT_{APPRISE} holds an address that Apprise does not know."
            raise ConfigurationError(msg, cure="Part several by blanks.")

    async def send(self, notice: Notice) -> None:
        """Hand it over."""
        title = f"Tagwright on {socket.gethostname()}"
        sending = self._apprise.async_notify(body=notice.message, title=title)
        try:
            sent = await asyncio.wait_for(sending, PATIENCE)
        except TimeoutError as exc:
            raise ChannelError(f"it took longer than {PATIENCE:g} s.") from exc
        if not sent:
            raise ChannelError("a service did not take it.")
