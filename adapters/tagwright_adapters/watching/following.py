"""Following one root for as long as it is listened to."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterable
from pathlib import Path

from tagwright_adapters.files.names import to_reference
from tagwright_adapters.mounts import Mounts
from tagwright_adapters.watching.options import WatchOptions
from tagwright_adapters.watching.polling import PollingSession
from tagwright_adapters.watching.presence import Presence, Standing
from tagwright_adapters.watching.session import Alarm, Give, Place
from tagwright_adapters.watching.tree import Tree

logger = logging.getLogger(__name__)


class Following:
    """Hands what comes to rest below ``root`` to ``give``, which may take its time."""

    def __init__(self, root: Path, options: WatchOptions, known: Iterable[str], give: Give) -> None:
        self._name = to_reference(root)
        self._alarm = Alarm()
        self._place = Place(Tree(root, known), Presence(root), options, self._alarm, give)
        self._polls = options.mode == "polling" or sys.platform != "linux"

    def stop(self) -> None:
        """Make :meth:`run` end soon."""
        self._alarm.stop()

    async def run(self) -> None:
        """Follow it until it is stopped, and wait where it is not there."""
        is_away = False
        while not self._alarm.stopped:
            was_there = self._place.presence.was_there
            standing = await asyncio.to_thread(self._look_for_it)
            if standing is Standing.AWAY:
                if not is_away:
                    logger.warning("%s: waiting: %s", self._name, self._place.presence.reason)
                is_away = True
                await self._alarm.sleep(self._place.options.presence)
                continue
            if is_away:
                logger.info("%s: it is there again", self._name)
            is_away = False
            await self._follow(is_other=was_there and standing is Standing.OTHER)

    def _look_for_it(self) -> Standing:
        return self._place.presence.look(is_known=self._place.tree.is_known)

    async def _follow(self, *, is_other: bool) -> None:
        if self._polls or await asyncio.to_thread(self._is_remote):
            await PollingSession(self._place, is_other=is_other).run()
            return
        # Watchdog is not on every machine, nor needed on all.
        from tagwright_adapters.watching.events import EventSession  # noqa: PLC0415
        from tagwright_adapters.watching.inotify import EventsUnavailableError  # noqa: PLC0415

        try:
            await EventSession(self._place, is_other=is_other).run()
        except EventsUnavailableError as exc:
            pause = self._place.options.polling
            logger.warning("%s: looking every %g seconds: %s", self._name, pause, exc)
            self._polls = True

    def _is_remote(self) -> bool:
        """Say whether another machine writes to it, or to what is mounted below it."""
        if self._place.options.mode == "events":
            return False
        root, mounts = self._place.tree.root, Mounts()
        for mount in filter(None, (mounts.of(root), *mounts.below(root))):
            if mount.is_remote:
                pause = self._place.options.polling
                where = to_reference(mount.point)
                text = "%s: looking every %g seconds, because %s is %s"
                logger.info(text, self._name, pause, where, mount.kind)
                return True
        return False
