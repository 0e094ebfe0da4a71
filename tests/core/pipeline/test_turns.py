"""One at a time, for each of many things."""

from __future__ import annotations

import asyncio

from tagwright.pipeline.turns import Turns


async def test_who_comes_late_waits_as_well() -> None:
    """The first has left and the second is at it: the third must not find a door of its own."""
    turns, log = Turns(), list[str]()
    leave = {name: asyncio.Event() for name in "abc"}
    entered = {name: asyncio.Event() for name in "abc"}

    async def visit(name: str) -> None:
        async with turns.of("x"):
            log.append(f"{name} in")
            entered[name].set()
            await leave[name].wait()
            log.append(f"{name} out")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(visit("a"))
        tasks.create_task(visit("b"))
        await entered["a"].wait()
        leave["a"].set()
        await entered["b"].wait()
        tasks.create_task(visit("c"))
        leave["c"].set()
        async with turns.of("something else"):
            pass
        leave["b"].set()
    assert log == ["a in", "a out", "b in", "b out", "c in", "c out"]
