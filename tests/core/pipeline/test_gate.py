"""The gate waits for a service that is down, and gives up in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest

from tagwright.errors import TaggerBusyError, TaggerUnavailableError
from tagwright.model import Usage
from tagwright.pipeline.gates.breaker import Probe, ServiceDownError
from tagwright.pipeline.gates.gate import Gate
from tagwright.ports import Limits, Quota


class Clock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


def gate_of(clock: Clock, concurrency: int, probe: Probe | None = None) -> Gate:
    """Make a gate that lives by ``clock``."""
    return Gate("service", concurrency, probe=probe, sleep=clock.sleep, clock=clock)


async def _use(
    gate: Gate,
    clock: Clock,
    down_until: float,
    *,
    patience: float = 300.0,
    error: Callable[[], TaggerUnavailableError] = lambda: TaggerUnavailableError("503"),
    tried: list[float] | None = None,
) -> None:
    tries = 0
    while True:
        async with gate.slot(patience):
            await asyncio.sleep(0)
            if tried is not None:
                tried.append(clock.now)
            if clock.now >= down_until:
                gate.succeeded()
                return
            gate.failed(error())
        tries += 1
        await gate.rest(tries)


@pytest.mark.parametrize("kind", [TaggerUnavailableError, TaggerBusyError])
@pytest.mark.parametrize("retry_after", [None, 5.0])
async def test_all_get_through_once_the_service_is_back(
    retry_after: float | None, kind: type[TaggerUnavailableError]
) -> None:
    """Twenty callers, twenty seconds of outage, twenty successes."""
    clock = Clock()
    gate = gate_of(clock, 8)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(20):
            error = partial(kind, "503", retry_after=retry_after)
            tasks.create_task(_use(gate, clock, 20.0, error=error))
    assert gate.successes == 20
    assert 20 <= clock.now < 120


async def test_few_tries_while_the_service_is_down() -> None:
    """An hour of outage is a handful of requests, not a storm."""
    clock = Clock()
    gate = gate_of(clock, 64)
    tried: list[float] = []
    async with asyncio.TaskGroup() as tasks:
        for _ in range(64):
            tasks.create_task(_use(gate, clock, 3600, patience=7200, tried=tried))
    assert len(tried) < 64 + 64 + 80


async def test_one_failure_holds_up_nobody_else() -> None:
    """What goes wrong once in a while is no outage."""
    clock = Clock()
    gate = gate_of(clock, 2)
    for _ in range(20):
        async with gate.slot(300):
            gate.failed(TaggerUnavailableError("500"))
        async with gate.slot(300):
            gate.succeeded()
    assert clock.now == 0


async def test_eight_failures_in_a_row_pause_the_work(caplog: pytest.LogCaptureFixture) -> None:
    """The seventh does not, the eighth does, and it is said once."""
    clock = Clock()
    gate = gate_of(clock, 1)
    for number in range(8):
        async with gate.slot(300):
            assert clock.now == 0, number
            gate.failed(TaggerUnavailableError("500"))
    async with gate.slot(300):
        assert clock.now > 0
    said = [record.message for record in caplog.records]
    left_alone = "service is left alone for a while after 8 failures in a row"
    assert said == [f"{left_alone}, and asked again by itself: 500"]


async def test_retry_after_is_honoured() -> None:
    """Nobody knocks before the service said so."""
    clock = Clock()
    gate = gate_of(clock, 1)
    async with gate.slot(300):
        gate.failed(TaggerBusyError("429", retry_after=42.0))
    async with gate.slot(300):
        assert clock.now >= 42.0


async def test_patience_ends() -> None:
    """A service that stays away ends the run, with the cure."""
    clock = Clock()
    gate = gate_of(clock, 4)
    with pytest.raises(ServiceDownError, match="run the same command again"):
        await _use(gate, clock, 1e9, patience=100)
    assert clock.now <= 200


async def test_a_wait_longer_than_patience_is_not_begun() -> None:
    """Retry-After of an hour ends the run now, not in an hour."""
    clock = Clock()
    gate = gate_of(clock, 4)
    busy = partial(TaggerBusyError, "429", retry_after=3600.0)
    with pytest.raises(ServiceDownError, match="left alone for 3600 s"):
        await _use(gate, clock, 1e9, patience=100, error=busy)
    assert clock.now == 0


async def test_the_impatient_go_at_once_and_come_back_to_try() -> None:
    """Who has somewhere else to go does not wait, but tries again each time a pause is over."""
    clock = Clock()
    gate = gate_of(clock, 4)
    async with gate.slot(0):
        gate.failed(TaggerBusyError("429", retry_after=10.0))
    for _ in range(3):
        with pytest.raises(ServiceDownError):
            async with gate.slot(0):
                pytest.fail("nobody may pass")
    assert clock.now == 0
    clock.now = 11
    async with gate.slot(0):
        with pytest.raises(ServiceDownError):
            async with gate.slot(0):
                pytest.fail("one at a time")
        gate.succeeded()
    async with gate.slot(0), gate.slot(0):
        pass


async def test_a_free_probe_goes_before_a_call_that_may_cost() -> None:
    """While it fails, no photo is sent."""
    clock = Clock()
    probes: list[float] = []

    async def probe() -> None:
        probes.append(clock.now)
        if clock.now < 600:
            raise TaggerUnavailableError("still down")

    gate = gate_of(clock, 4, probe)
    tried: list[float] = []
    await _use(gate, clock, 600, patience=1000, tried=tried)
    assert len([at for at in tried if at < 600]) == 8
    assert len(probes) > 5


async def test_what_is_left_of_a_quota_is_not_passed() -> None:
    """Ten requests are left for a minute: the eleventh waits for the next one."""
    clock = Clock()
    gate = gate_of(clock, 4)
    gate.told(Quota(requests=10, requests_reset=60.0))
    for number in range(11):
        async with gate.slot(300):
            assert clock.now == (0 if number < 10 else 60)
            gate.succeeded()


async def test_tokens_are_counted_by_what_photos_take() -> None:
    """Photos of about 1,000 tokens each: with 5,000 left, five or so go."""
    clock = Clock()
    gate = gate_of(clock, 4)
    for _ in range(60):
        gate.succeeded(Usage(1, 900, 100))
    gate.told(Quota(tokens=5_000, tokens_reset=30.0))
    passed = 0
    while clock.now == 0:
        async with gate.slot(300):
            passed += clock.now == 0
    assert 4 <= passed <= 5
    assert clock.now == 30


async def test_requests_a_minute_are_kept() -> None:
    """Of 6,000 a minute, a second takes no more than what may come at once and a second's worth."""
    gate = Gate("service", 64, Limits(requests_per_minute=6_000))
    passed = 0

    async def use() -> None:
        nonlocal passed
        while True:
            async with gate.slot(300):
                passed += 1

    with suppress(TimeoutError):
        async with asyncio.timeout(1), asyncio.TaskGroup() as tasks:
            for _ in range(8):
                tasks.create_task(use())
    assert 1_000 <= passed <= 1_000 + 100 * 1.5
