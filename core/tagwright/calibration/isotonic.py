"""Isotonic regression: the rising curve that is nearest to what was decided."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import groupby
from statistics import mean
from typing import NamedTuple


class Block(NamedTuple):
    """Decisions next to each other in confidence that are taken together."""

    confidence: float  # on average
    right: float  # share
    number: int


def fit(points: Iterable[tuple[float, bool]]) -> list[Block]:
    """Return blocks of rising confidence and share.

    Args:
        points: Confidence, and whether it was right.
    """
    return pool(
        Block(confidence, mean(right for _, right in equals), len(equals))
        for confidence, some in groupby(sorted(points), key=lambda point: point[0])
        if (equals := list(some))
    )


def pool(blocks: Iterable[Block]) -> list[Block]:
    """Join blocks next to each other until the shares rise: the pool-adjacent-violators way.

    Args:
        blocks: Of rising confidence.
    """
    pooled: list[Block] = []
    for one in blocks:
        block = one
        while pooled and pooled[-1].right >= block.right:
            block = _joined(pooled.pop(), block)
        pooled.append(block)
    return pooled


def at(blocks: Sequence[Block], confidence: float) -> float:
    """Return the share of right ones at a confidence; straight lines join the blocks."""
    place = bisect_left(blocks, (confidence,))
    if place == 0:
        return blocks[0].right
    if place == len(blocks):
        return blocks[-1].right
    low, high = blocks[place - 1], blocks[place]
    part = (confidence - low.confidence) / (high.confidence - low.confidence)
    return low.right + part * (high.right - low.right)


def _joined(one: Block, other: Block) -> Block:
    number = one.number + other.number
    part = other.number / number
    confidence = one.confidence + part * (other.confidence - one.confidence)
    return Block(confidence, one.right + part * (other.right - one.right), number)
