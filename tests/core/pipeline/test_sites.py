"""Folders that go by settings of their own, in one run."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from tagwright.errors import BudgetError, TagwrightError
from tagwright.model import Answer, Facts, Rendition
from tagwright.pipeline import Runner, Session, Settings, Site
from tagwright.policy import Policy
from tagwright.state import attention, runs
from tagwright.taxonomy import Taxonomy, parse_taxonomy
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, MemoryTagger, says


def _taxonomy(top: str) -> Taxonomy:
    text = f"name: {top}\nlanguage: en\nconcepts:\n  {top}:\n    narrower:\n      Cat:\n"
    return parse_taxonomy(text, source="test")


SHOP, FARM = _taxonomy("Pets"), _taxonomy("Beasts")


@pytest.fixture
def library() -> MemoryLibrary:
    """One photo at home, one in the shop, one on the shop's farm, and one that is only like it."""
    names = ("home/a.jpg", "shop/b.jpg", "shop/farm/c.jpg", "shopping/d.jpg")
    return MemoryLibrary({name: MemoryPhoto(name.encode()) for name in names})


async def _session(bench: Any, library: MemoryLibrary, *taggers: MemoryTagger) -> Session:
    home = Settings(bench.taxonomy, Policy(), taggers[:1], "test")
    sites = [
        Site("shop/", library, replace(home, taxonomy=SHOP, taggers=taggers[-1:])),
        Site("shop/farm/", library, replace(home, taxonomy=FARM)),
    ]
    run_id = await bench.lane(lambda c: runs.begin(c, "watch", bench.owner.id, {}))
    return Session(library, home, bench.lane, bench.owner, run_id, sites)


async def test_each_photo_goes_by_the_settings_of_its_deepest_folder(
    bench: Any, library: MemoryLibrary
) -> None:
    """In one run; the next one finds all of it done."""
    tagger = MemoryTagger(says("cat"))
    tally = await Runner(await _session(bench, library, tagger), lambda _: None).run()
    assert {name: photo.tags for name, photo in library.photos.items()} == {
        "home/a.jpg": [("Animals", "Cat")],
        "shop/b.jpg": [("Pets", "Cat")],
        "shop/farm/c.jpg": [("Beasts", "Cat")],
        "shopping/d.jpg": [("Animals", "Cat")],
    }
    assert (tally.tagged, tally.asked) == (4, 4)
    again = await Runner(await _session(bench, library, tagger), lambda _: None).run()
    assert (again.unchanged, again.queued, tagger.calls) == (4, 0, 4)


async def test_twins_at_two_sites_are_asked_about_once(bench: Any) -> None:
    """Though both are in hand before the answer comes."""

    class Slow(MemoryTagger):
        asked = asyncio.Semaphore(0)

        async def observe(self, rendition: Rendition, facts: Facts) -> Answer:
            """Give another call half a second to come."""
            self.asked.release()
            with suppress(TimeoutError):
                async with asyncio.timeout(0.5):
                    await self.asked.acquire()
                    await self.asked.acquire()
            return await super().observe(rendition, facts)

    twins = {name: MemoryPhoto(b"same") for name in ("home/a.jpg", "shop/b.jpg")}
    library, tagger = MemoryLibrary(twins), Slow(says("cat"), concurrency=4)
    home = Settings(bench.taxonomy, Policy(), [tagger], "test")
    sites = [Site("shop/", library, replace(home, writing="another way"))]
    run_id = await bench.lane(lambda c: runs.begin(c, "watch", bench.owner.id, {}))
    session = Session(library, home, bench.lane, bench.owner, run_id, sites)
    tally = await Runner(session, lambda _: None).run()
    assert (tagger.calls, tally.asked, tally.tagged) == (1, 1, 2)


async def test_one_account_has_one_gate_whoever_uses_it(bench: Any) -> None:
    """Sites do not add up to more calls at once."""
    under_way, most = 0, 0

    class Slow(MemoryTagger):
        async def observe(self, rendition: Rendition, facts: Facts) -> Answer:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.01)
            under_way -= 1
            return await super().observe(rendition, facts)

    names = [f"{folder}/{n}.jpg" for folder in ("home", "shop") for n in range(6)]
    library = MemoryLibrary({name: MemoryPhoto(name.encode()) for name in names})
    taggers = [Slow(says("cat"), concurrency=2) for _ in range(2)]
    await Runner(await _session(bench, library, *taggers), lambda _: None).run()
    assert [tagger.calls for tagger in taggers] == [6, 6]
    assert most == 2


async def test_a_failure_is_held_against_the_settings_that_it_came_under(
    bench: Any, library: MemoryLibrary
) -> None:
    """What was set aside in a folder is not tried again as long as its settings are the same."""

    def script(_rendition: Rendition, facts: Facts) -> Answer:
        if facts.name == "b.jpg":
            raise ZeroDivisionError
        return says("cat")(_rendition, facts)

    tagger = MemoryTagger(script)
    await Runner(await _session(bench, library, tagger), lambda _: None).run()
    again = await Runner(await _session(bench, library, tagger), lambda _: None).run()
    assert (again.set_aside, again.queued) == (1, 0)
    assert await bench.lane(attention.counts) == {"done": 3, "failed": 1}


async def test_what_stops_one_site_stops_the_run(bench: Any, library: MemoryLibrary) -> None:
    """As money and services are shared."""
    error: TagwrightError = BudgetError("nothing is left")

    def script(_rendition: Rendition, _facts: Facts) -> Answer:
        raise error

    taggers = MemoryTagger(says("cat")), MemoryTagger(script, name="dear")
    runner = Runner(await _session(bench, library, *taggers), lambda _: None)
    await runner.run()
    assert runner.halted_by is error
