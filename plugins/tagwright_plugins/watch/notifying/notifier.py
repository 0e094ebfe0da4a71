"""Tells people of trouble, beside the daemon's own work and without ever disturbing it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence

from tagwright_plugins.watch.notifying.channels import Channel
from tagwright_plugins.watch.notifying.notices import Kind, Notice, Notices

_SET_ASIDE = "Photos were set aside; 'tagwright status' says which and why."
_log = logging.getLogger(__name__)


class Notifier:
    """Takes what happens at once, and hands it over in a task of its own."""

    def __init__(
        self,
        channels: Sequence[Channel],
        *,
        away: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``away`` is for how many seconds a tagger may be away before that is told."""
        self._channels = channels
        self._away = away
        self._clock = clock
        self._notices = Notices()
        self._moved = asyncio.Event()
        self._closed = False

    def started(self, message: str) -> None:
        """Tell that the daemon runs again after trouble."""
        self._note(Kind.STARTED, message)

    def stopped(self, message: str) -> None:
        """Tell that the daemon ends because of trouble."""
        self._note(Kind.STOPPED, message)

    def set_aside(self, count: int) -> None:
        """Tell of photos that will not be tried again by themselves."""
        self._notices.counts(Kind.SET_ASIDE, _SET_ASIDE, count, self._now)
        self._moved.set()

    def trouble(self, kind: Kind, message: str) -> None:
        """Tell of what keeps the daemon from its work; may be called as often as that is met."""
        after = self._away if kind is Kind.TAGGER_AWAY else 0.0
        self._notices.begins(kind, message, self._now, after=after)
        self._moved.set()

    def over(self, kind: Kind, message: str) -> None:
        """Tell that it no longer does; may be called as often as that is met."""
        self._notices.ends(kind, message, self._now)
        self._moved.set()

    async def serve(self) -> None:
        """Hand over what is due, until closed; what is due then goes out first."""
        while True:
            for notice in self._notices.due(self._now):
                await self._send(notice)
            if self._closed and self._notices.next_at() != 0.0:
                return
            await self._wait()

    def close(self) -> None:
        """Let ``serve`` end."""
        self._closed = True
        self._moved.set()

    @property
    def _now(self) -> float:
        return self._clock()

    def _note(self, kind: Kind, message: str) -> None:
        self._notices.note(kind, message)
        self._moved.set()

    async def _wait(self) -> None:
        at = self._notices.next_at()
        seconds = None if at is None else max(at - self._now, 0.0)
        try:
            await asyncio.wait_for(self._moved.wait(), seconds)
        except TimeoutError:
            return
        self._moved.clear()

    async def _send(self, notice: Notice) -> None:
        for channel in self._channels:
            try:
                await channel.send(notice)
            except Exception as exc:  # noqa: BLE001 - a hook of the user's never ends the daemon
                _log.warning("%s did not take %r: %s", channel.name, notice.kind.value, exc)
