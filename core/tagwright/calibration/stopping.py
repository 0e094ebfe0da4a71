"""Labels that people reject again and again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tagwright.calibration.evidence import Judged
from tagwright.taxonomy.labels import fold

_LEAST = 5  # rejections
_SHARE = 0.8  # of decisions


@dataclass(frozen=True, slots=True)
class Stop:
    """A label that had better be ignored."""

    label: str
    concepts: tuple[str, ...]  # that it was taken for
    rejected: int
    decided: int


def stops(judged: Iterable[Judged], known: Collection[str] = ()) -> list[Stop]:
    """Return labels that were rejected most, but for those that there are rules for.

    Only where people were asked: of tags that were written, they say no more than which are wrong.

    Args:
        judged: What people decided.
        known: Labels that the user's mapping rules decide on.
    """
    by_label: dict[str, list[Judged]] = defaultdict(list)
    for one in (one for one in judged if one.asked):
        by_label[fold(one.label)].append(one)
    ruled = {fold(label) for label in known}
    found = []
    for label, some in by_label.items():
        rejected = sum(not one.right for one in some)
        if label and label not in ruled and rejected >= max(_LEAST, _SHARE * len(some)):
            concepts = tuple(sorted({one.concept for one in some}))
            found.append(Stop(label, concepts, rejected, len(some)))
    return sorted(found, key=lambda stop: (-stop.rejected, stop.label))
