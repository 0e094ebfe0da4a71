"""The whole difference before anything is done."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection

from tagwright.model import Decision, ExtraField
from tagwright.pipeline.exchanging import caption_of
from tagwright.pipeline.judging import Judge, Judgement
from tagwright.pipeline.photo import Known
from tagwright.remap.difference import Difference, Path, Stored, compare, reviewed
from tagwright.state import Lane, extras, ledger, suggestions, visits
from tagwright.state.visits import Selection, Visit

_BATCH = 500  # visits in memory at a time

Report = Callable[[Visit, Judgement, Difference], None]


@dataclass(slots=True)
class Count:
    """How many photos a tag comes to, goes from and stays on."""

    added: int = 0
    withdrawn: int = 0
    kept: int = 0


@dataclass(slots=True)
class Preview:
    """What judging anew would change."""

    photos: int = 0  # judged
    rewritten: int = 0  # photos that would be written to
    tags: dict[Path, Count] = field(default_factory=dict)
    extras: dict[ExtraField, Count] = field(default_factory=dict)
    review_before: int = 0
    review_after: int = 0
    changed: array[int] = field(default_factory=lambda: array("q"))  # identifiers of assets

    def add(self, visit: Visit, judgement: Judgement, difference: Difference, on: Stored) -> None:
        """Count one photo."""
        self.photos += 1
        self.rewritten += difference.writes
        if difference.anything:
            self.changed.append(visit.asset_id)
        for name in ("added", "withdrawn", "kept"):
            for path in getattr(difference, name).values():
                count = self.tags.setdefault(path, Count())
                setattr(count, name, getattr(count, name) + 1)
            for extra in getattr(difference.exchange, name):
                count = self.extras.setdefault(extra.field, Count())
                setattr(count, name, getattr(count, name) + 1)
        review = Decision.REVIEW.value
        self.review_before += sum(row[0] == review and row[2] is None for row in on.values())
        self.review_after += reviewed(judgement, on)

    def changes(self) -> Iterator[tuple[Path, Count]]:
        """Yield the tags that come or go, those with most changes first."""
        some = [(path, n) for path, n in self.tags.items() if n.added or n.withdrawn]
        yield from sorted(some, key=lambda row: (-(row[1].added + row[1].withdrawn), row[0]))


@dataclass(frozen=True, slots=True)
class _Batch:
    visits: list[Visit]
    known: dict[int, Known]
    stored: dict[int, dict[str, tuple[str, float, str | None]]]


class Previewer:
    """Judges all visits of a selection anew, from what is on file; touches nothing."""

    def __init__(
        self,
        lane: Lane,
        judge: Judge,
        report: Report | None = None,
        preview: Preview | None = None,
    ) -> None:
        """``report`` is called for each photo that changes; an earlier ``preview`` goes on."""
        self.preview = preview or Preview()
        self._lane = lane
        self._judge = judge
        self._report = report
        self._stopping = False

    def stop(self) -> None:
        """End early; the preview is then of the photos judged so far."""
        self._stopping = True

    async def run(self, selection: Selection) -> Preview:
        """Return the difference."""
        after = 0
        while not self._stopping:
            batch = await self._lane(lambda c, after=after: _load(c, selection, after))  # type: ignore[misc]  # the default binds the loop variable
            if not batch.visits:
                break
            after = batch.visits[-1].asset_id
            for visit in batch.visits:
                self._one(visit, batch)
        return self.preview

    def _one(self, visit: Visit, batch: _Batch) -> None:
        key = visit.asset_id
        known = batch.known[key]
        caption = caption_of(visit.captions)
        judgement = self._judge.judge(
            visit.said, visit.facts, known.rejected, caption, visit.routes
        )
        difference = compare(judgement, self._judge.taxonomy, known, visit.facts, batch.stored[key])
        self.preview.add(visit, judgement, difference, batch.stored[key])
        if self._report is not None and difference.anything:
            self._report(visit, judgement, difference)


def _load(connection: Connection, selection: Selection, after: int) -> _Batch:
    found = visits.batch(connection, selection, after=after, limit=_BATCH)
    keys = [visit.asset_id for visit in found]
    contents = {visit.asset_id: visit.content_key for visit in found}
    rejected = ledger.all_rejected(connection, contents)
    standing = ledger.all_standing(connection, keys)
    ours = extras.all_standing(connection, keys)
    refused = extras.all_rejected(connection, contents)
    known = {key: Known(rejected[key], standing[key], ours[key], refused[key]) for key in keys}
    return _Batch(found, known, suggestions.stored(connection, keys))
