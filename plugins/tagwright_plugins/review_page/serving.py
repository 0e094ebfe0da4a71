"""A review that is served beside other work; what is decided is written meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from tagwright.configuration import Configuration
from tagwright.libraries import Libraries
from tagwright.review import Followed, Writer
from tagwright.state import runs
from tagwright.taxonomy import Taxonomy
from tagwright_plugins.cli.assembly import State
from tagwright_plugins.cli.libraries import make_libraries, makers
from tagwright_plugins.cli.naming import Naming
from tagwright_plugins.review_page.access import Access
from tagwright_plugins.review_page.application import make_application
from tagwright_plugins.review_page.desk import Desk
from tagwright_plugins.review_page.pictures import Pictures, tidy
from tagwright_plugins.web.hosts import make_hosts
from tagwright_plugins.web.listening import served


@dataclass(frozen=True, slots=True)
class Review:
    """What is reviewed, and who may see it."""

    configuration: Configuration
    state: State
    taxonomy: Taxonomy
    config: Path | None = None  # the file that was named
    access: Access | None = None  # None: whoever is on this machine
    report: Callable[[Followed, Naming], None] = lambda *_: None  # hears of each photo written to


class Sitting:
    """A desk, and the writing that follows it."""

    def __init__(self, review: Review, libraries: Libraries) -> None:
        """Begin to write."""

        def follow(one: Followed) -> None:
            self.desk.follow(one)
            review.report(one, self.desk.naming)

        state = review.state
        writer = Writer(libraries, state.lane, review.taxonomy, follow)
        pictures = Pictures(libraries, review.configuration.state / "renditions")
        self.desk = Desk(
            review.configuration, state, writer, pictures, review.config, review.access
        )
        self._libraries = libraries
        self._writing = asyncio.create_task(writer.serve())

    def go_by(self, configuration: Configuration, taxonomy: Taxonomy) -> None:
        """Go by another configuration: its vocabulary, its accounts and their keys."""
        self.desk.writer.taxonomy = taxonomy
        self.desk.go_by(configuration)
        self._libraries.replace(makers(configuration, self.desk.state.lane))
        self.try_again()

    def try_again(self) -> None:
        """Write anew what could not be written before."""
        self._libraries.try_again()
        self.desk.writer.try_again()
        if self._writing.done():
            self._writing = asyncio.create_task(self.desk.writer.serve())

    async def finish(self) -> None:
        """Wait until all that was decided is written, or until the writer is stopped."""
        self.desk.writer.finish()
        await self._writing

    async def end(self, *, interrupted: bool) -> None:
        """Record how it ended."""
        desk = self.desk
        if desk.session is not None:
            run_id = desk.session.run_id
            stopped = "stopped" if desk.writer.halted_by else "done"
            status = "interrupted" if interrupted else stopped
            await desk.state.lane(lambda c: runs.end(c, run_id, status, desk.figures))


@contextlib.asynccontextmanager
async def sitting(review: Review) -> AsyncIterator[Sitting]:
    """Give a desk for as long as the block lasts; what is in hand then is finished."""
    await asyncio.to_thread(tidy, review.configuration.state / "renditions")
    async with contextlib.aclosing(
        make_libraries(review.configuration, review.state.lane)
    ) as libraries:
        begun = Sitting(review, libraries)
        try:
            yield begun
        finally:
            begun.desk.writer.stop()
            await begun.finish()


@contextlib.asynccontextmanager
async def shown(desk: Desk, listening: socket.socket, host: str) -> AsyncIterator[str]:
    """Serve the pages of a desk for as long as the block lasts; yield their address as a URL."""
    async with served(
        listening, host, lambda port: make_application(desk, make_hosts(host, port))
    ) as url:
        try:
            yield url
        finally:
            desk.close()
