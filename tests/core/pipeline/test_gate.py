"""The gate waits for a service that is down, and gives up in the end."""

from __future__ import annotations

import asyncio

import pytest

from tagwright.errors import TaggerUnavailableError
from tagwright.pipeline.gate import Gate, ServiceDownError


class Clock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


async def _use(gate: Gate, clock: Clock, down_until: float, retry_after: float | None) -> None:
    while True:
        async with gate.slot():
            await asyncio.sleep(0)
            if clock.now >= down_until:
                gate.succeeded()
                return
            gate.failed(TaggerUnavailableError("503", retry_after=retry_after))


@pytest.mark.parametrize("retry_after", [None, 5.0])
async def test_all_get_through_once_the_service_is_back(retry_after: float | None) -> None:
    """Twenty callers, twenty seconds of outage, twenty successes."""
    clock = Clock()
    gate = Gate("service", 8, 300, sleep=clock.sleep, clock=clock)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(20):
            tasks.create_task(_use(gate, clock, 20.0, retry_after))
    assert gate.successes == 20
    assert 20 <= clock.now < 60


async def test_few_probes_while_the_service_is_down() -> None:
    """An hour of outage is a handful of requests, not a storm."""
    clock = Clock()
    gate = Gate("service", 64, 7200, sleep=clock.sleep, clock=clock)
    probes = 0

    async def use() -> None:
        nonlocal probes
        while True:
            async with gate.slot():
                await asyncio.sleep(0)
                if clock.now >= 3600:
                    gate.succeeded()
                    return
                probes += 1
                gate.failed(TaggerUnavailableError("down"))

    async with asyncio.TaskGroup() as tasks:
        for _ in range(64):
            tasks.create_task(use())
    assert probes < 64 + 80


async def test_retry_after_is_honoured() -> None:
    """Nobody knocks before the service said so."""
    clock = Clock()
    gate = Gate("service", 1, 300, sleep=clock.sleep, clock=clock)
    async with gate.slot():
        gate.failed(TaggerUnavailableError("429", retry_after=42.0))
    async with gate.slot():
        assert clock.now >= 42.0


async def test_patience_ends() -> None:
    """A service that stays away ends the run, with the cure."""
    clock = Clock()
    gate = Gate("service", 4, 100, sleep=clock.sleep, clock=clock)
    with pytest.raises(ServiceDownError, match="run the same command again"):
        await _use(gate, clock, 1e9, None)
    assert clock.now <= 161


async def test_a_wait_longer_than_patience_is_not_begun() -> None:
    """Retry-After of an hour ends the run now, not in an hour."""
    clock = Clock()
    gate = Gate("service", 4, 100, sleep=clock.sleep, clock=clock)
    with pytest.raises(ServiceDownError):
        await _use(gate, clock, 1e9, 3600.0)
    assert clock.now == 0
