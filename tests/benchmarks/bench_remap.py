"""Judging 100,000 stored photos anew: time and memory. Asks no tagger and reads no photo.

Run as ``python tests/benchmarks/bench_remap.py``. The state is made by a process of its own, so
that its memory does not hide that of judging.
"""

from __future__ import annotations

import asyncio
import gc
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import insert

from tagwright.model import Decision, Facts, Kind, Observation
from tagwright.pipeline import Judge, Judgement
from tagwright.policy import Policy
from tagwright.remap import Preview, Previewer
from tagwright.state import Database, Lane, labels, schema
from tagwright.state.visits import Selection
from tagwright.taxonomy.samples import sample

_PHOTOS = 100_000
_KINDS_OF_PHOTO = 2_000  # different answers
_LABELS = 12  # said of each photo
_FOREIGN = 0.3  # share of labels that no concept covers
_BATCH = 5_000


def main() -> None:
    """Print the rows."""
    with tempfile.TemporaryDirectory() as name:
        subprocess.run([sys.executable, __file__, name], check=True)
        asyncio.run(_measure(Path(name, "t.db")))


async def _measure(path: Path) -> None:
    database = Database(path)
    lane = Lane(database)
    gc.freeze()
    peak = _peak_mb()
    for policy, what in ((Policy(), "unchanged"), (Policy(apply=0.9), "another threshold")):
        wall, cpu = time.monotonic(), time.process_time()
        judge = Judge(sample("family"), policy)
        preview: Preview = await Previewer(lane, judge).run(Selection("files"))
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
        print(
            f"remap of {preview.photos:,} photos, {what}: {wall:.1f} s, {cpu:.1f} s CPU"
            f" (goal <= 60), {preview.rewritten:,} would change"
        )
    print(f"  memory grown: {_peak_mb() - peak:.0f} MB (goal <= 300 in all: {_peak_mb():.0f} MB)")
    begun = time.monotonic()
    found = await lane(lambda c: sum(1 for _ in labels.said(c)))
    print(f"  {found:,} different answers for proposals: {time.monotonic() - begun:.1f} s")
    lane.close()
    database.close()


def prepare(folder: Path) -> None:
    """Make a state in which all photos are as the sample taxonomy says."""
    draw = random.Random(1)
    judge = Judge(sample("family"), Policy())
    words = sorted(label for concept in judge.taxonomy for label in concept.labels.values())
    photos = [_photo(draw, words, judge) for _ in range(_KINDS_OF_PHOTO)]
    database = Database(folder / "t.db")
    with database.begin() as c:
        c.execute(
            insert(schema.runs).values(
                id="r", kind="tag", status="done", owner="me", started_at=0, configuration={}
            )
        )
        c.execute(insert(schema.recipes).values(key="r", content={}, family="r"))
        c.execute(insert(schema.folders).values(id=1, library="files", path="/photos/"))
    for start in range(1, _PHOTOS + 1, _BATCH):
        rows: dict[str, list[dict[str, object]]] = {}
        for number in range(start, start + _BATCH):
            _rows(number, *photos[number % _KINDS_OF_PHOTO], judge, rows)
        with database.begin() as c:
            for table in schema.metadata.sorted_tables:
                if some := rows.get(table.name):
                    c.execute(insert(table), some)
    database.close()


def _photo(
    draw: random.Random, words: list[str], judge: Judge
) -> tuple[list[Observation], Judgement]:
    seen = [
        Observation(
            f"thing {draw.randrange(5_000)}" if draw.random() < _FOREIGN else draw.choice(words),
            round(draw.uniform(0.4, 1.0), 3),
            Kind.OTHER,
        )
        for _ in range(_LABELS)
    ]
    return seen, judge.judge([("t", one) for one in seen], Facts(""), ())


def _rows(
    number: int,
    seen: list[Observation],
    judgement: Judgement,
    judge: Judge,
    rows: dict[str, list[dict[str, object]]],
) -> None:
    def add(table: str, **values: object) -> None:
        rows.setdefault(table, []).append(values)

    name, key = f"IMG_{number:06d}.JPG", f"k{number}"
    add("assets", id=number, folder_id=1, name=name, size=1, modified=1, content_key=key,
        status="done", attempts=0, due_at=0)  # fmt: skip
    add("answers", id=number, content_key=key, recipe="r", facts_key="", tagger="t", model="t",
        outcome="answered", answered_at=0)  # fmt: skip
    for position, one in enumerate(seen):
        add("observations", answer_id=number, position=position, label=one.label, how="",
            confidence=one.confidence, kind=one.kind.value, synonyms=[])  # fmt: skip
    add("visits", asset_id=number, facts={"name": name, "folders": ["photos"], "tags": []})
    add("visit_answers", asset_id=number, answer_id=number)
    add("receipts", id=number, run_id="r", asset_id=number, target="", before=b"", size=1,
        modified=1, intended_at=0, written_at=0)  # fmt: skip
    for suggestion in judgement.suggestions:
        applied = suggestion.decision is Decision.APPLY
        add("suggestions", asset_id=number, concept=suggestion.concept, run_id="r", why=[],
            confidence=suggestion.confidence, decision=suggestion.decision.value,
            outcome="applied" if applied else None)  # fmt: skip
        if applied:
            add("ledger", receipt_id=number, concept=suggestion.concept, asset_id=number,
                tagger="t", path=list(judge.taxonomy.path(suggestion.concept)), confidence=0.9)  # fmt: skip


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if len(sys.argv) > 1:
        prepare(Path(sys.argv[1]))
    else:
        main()
