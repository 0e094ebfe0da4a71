"""Takes photos over the counter, as the source of a run, and says what became of each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from tagwright.errors import TagwrightError
from tagwright.pipeline import Result
from tagwright.ports import Arrival, Listing
from tagwright.state import Lane, lookups
from tagwright.state.lookups import Standing
from tagwright_adapters.files.scan import scan
from tagwright_plugins.digikam.resident.protocol import Outcome

_TURN = 0.5  # s between two looks at a photo that another process has in hand


class Counter:
    """A watcher that hands over what is asked for, until it is told to stop.

    Whoever asks for a photo that somebody has asked for already waits for the same.
    """

    def __init__(self, lane: Lane, library: str, run_id: str) -> None:
        self._lane = lane
        self._library = library
        self._run_id = run_id
        self._waited: dict[str, asyncio.Future[tuple[bool, str]]] = {}  # by reference
        self._new: list[Listing] = []
        self._woken = asyncio.Event()
        self._stopped = False
        self._vain = ""  # why nothing more will be done
        self._looking: set[asyncio.Task[None]] = set()

    async def take(self, photo: Path) -> Outcome:
        """Have a photo tagged; return what became of it."""
        if self._vain:
            return Outcome(str(photo), done=False, said=self._vain)
        try:
            listing = await asyncio.to_thread(_listing, photo)
        except TagwrightError as exc:
            return Outcome(str(photo), done=False, said=str(exc))
        reference = listing.folder + listing.names[0]
        if reference not in self._waited:
            self._waited[reference] = asyncio.get_running_loop().create_future()
            self._bring(listing)
        # Another one may wait for it, too, when this one goes.
        done, said = await asyncio.shield(self._waited[reference])
        return Outcome(str(photo), done, said)

    async def arrivals(self) -> AsyncIterator[Arrival]:
        """Yield what was asked for."""
        while not self._stopped:
            await self._woken.wait()
            self._woken.clear()
            if new := self._new:
                self._new = []
                yield Arrival(tuple(new))
                for listing in new:  # which the run has compared with what is known by now
                    await self._settle(listing)

    @property
    def is_open(self) -> bool:
        """Whether whoever asks is answered."""
        return not self._stopped or bool(self._vain)

    def stop(self) -> None:
        """Hand nothing more over."""
        self._stopped = True
        self._woken.set()

    def tell(self, result: Result) -> None:
        """Say what became of a photo to those who wait for it."""
        done = result.status in ("tagged", "passed", "refused")
        self._resolve(result.ref.reference, done, str(result.error or result.status))

    def give_up(self, why: str) -> None:
        """Say to all who still wait, and who come from now on, that it is in vain."""
        self._vain = why
        for task in self._looking:
            task.cancel()
        for reference in list(self._waited):
            self._resolve(reference, False, why)

    def _bring(self, listing: Listing) -> None:
        self._new.append(listing)
        self._woken.set()

    def _resolve(self, reference: str, done: bool, said: str) -> None:
        waited = self._waited.pop(reference, None)
        if waited is not None and not waited.done():
            waited.set_result((done, said))

    async def _settle(self, listing: Listing) -> None:
        """Answer for a photo that the run found nothing to do for."""
        standing = await self._standing(listing)
        if standing.status == "waiting":
            return  # its result will come, or has: what may pass waits for the next run
        if standing.status == "working":
            if standing.run_id == self._run_id:
                return
            task = asyncio.create_task(self._wait(listing))
            self._looking.add(task)
            task.add_done_callback(self._looking.discard)
        else:
            done = standing.status == "done"
            said = "nothing new" if done else f"set aside: {standing.error}"
            self._resolve(listing.folder + listing.names[0], done, said)

    async def _wait(self, listing: Listing) -> None:
        """Wait until another process has let go of a photo, and look at it again."""
        while (await self._standing(listing)).status == "working":  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(_TURN)
        self._bring(listing)

    async def _standing(self, listing: Listing) -> Standing:
        name = listing.names[0]
        return await self._lane(lambda c: lookups.standing(c, self._library, listing.folder, name))


def _listing(photo: Path) -> Listing:
    """Look at a photo; blocking.

    Raises:
        TagwrightError: it is not there, or no photo.
    """
    reasons: list[str] = []
    found = list(scan([photo], lambda _, reason: reasons.append(reason), lambda _: None))
    if len(found) != 1 or len(found[0]) != 1:
        raise TagwrightError(reasons[0] if reasons else "this is no photo", asset=str(photo))
    return found[0]
