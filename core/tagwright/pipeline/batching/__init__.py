"""The batch lane: photos are handed to a service many at a time, and answered later for less.

It does nothing but fill the store of answers. Mapping, decisions and writes are left to an
ordinary run, which then finds all answers there.
"""

from tagwright.pipeline.batching.collecting import Collector, Step
from tagwright.pipeline.batching.counting import Estimate
from tagwright.pipeline.batching.lane import BatchLane
from tagwright.pipeline.batching.options import BatchOptions, BatchTally, Reach
from tagwright.pipeline.batching.recovery import recover

__all__ = [
    "BatchLane",
    "BatchOptions",
    "BatchTally",
    "Collector",
    "Estimate",
    "Reach",
    "Step",
    "recover",
]
