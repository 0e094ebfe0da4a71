"""Requests per photo that an Immich gets from bursts of uploads, in its own time.

Run as ``python tests/benchmarks/bench_immich.py [UPLOADS]``. Each upload gets 12 tags of 60, all
different. Fails unless no tag is lost or comes where it should not.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.adapters.immich.bursts import burst, one_by_one
from tests.adapters.immich.server import VERSIONS, ImmichServer, at_random

UPLOADS = 500
_GOAL = 3.0  # requests per photo
_TROUBLES = (0.0, 0.05, 0.15)  # shares of requests that fail


def main(count: int) -> None:
    """Print the rows."""
    print(f"Immich: {count} uploads in a burst, 12 tags each; then 20, one a minute")
    for version in VERSIONS:
        for rate in _TROUBLES:
            _burst(version, count, rate)
        _one_by_one(version)


def _burst(version: str, count: int, rate: float) -> None:
    server = ImmichServer(version)
    server.start()
    outcome = asyncio.run(burst(server, count, at_random(1, rate)))
    server.stop()
    assert (outcome.lost, outcome.strange, server.faults) == (0, 0, [])
    what = f"{rate:.0%} of requests fail" if rate else "burst"
    verdict = "" if rate else f"; goal {_GOAL} {'reached' if outcome.total <= _GOAL else 'missed'}"
    print(f"  {version} {what:<22} {_listed(outcome.requests)}{verdict}")
    print(
        f"  {'':<28} {outcome.failures} tried again, {outcome.seconds:.0f} s of the server's time"
    )


def _one_by_one(version: str) -> None:
    server = ImmichServer(version)
    server.start()
    outcome = asyncio.run(one_by_one(server, 20))
    server.stop()
    assert (outcome.lost, server.faults) == (0, [])
    print(f"  {version} {'one a minute':<22} {_listed(outcome.requests)}")
    shown, sure = (statistics.quantiles(one, n=20) for one in (outcome.visible, outcome.confirmed))
    print(f"  {'':<28} p95 from answer to tags {shown[-1]:.2f} s, until read back {sure[-1]:.2f} s")


def _listed(requests: Mapping[str, float]) -> str:
    kinds = ", ".join(f"{kind} {number:.2f}" for kind, number in requests.items())
    return f"{sum(requests.values()):.2f} requests per photo ({kinds})"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else UPLOADS)
