"""The figures that Prometheus scrapes, from a real database over real HTTP."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Connection, update

import tagwright
from tagwright.errors import TaggerUnavailableError, UnreadableError
from tagwright.model import Usage
from tagwright.ports import Listing
from tagwright.state import Database, Lane, answers, calls, queue, runs
from tagwright.state.answers import Question
from tagwright.state.calls import Intent
from tagwright.state.queue import Wish
from tagwright.state.schema import calls as call_table
from tagwright.state.spending import Caps
from tagwright_plugins.watch.health.serving import serving

from .conftest import Daemon

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


async def scraped(lane: Lane, daemon: Daemon) -> Samples:
    """Return all samples by name and labels."""
    async with (
        serving("127.0.0.1:0", lane, daemon) as url,
        httpx.AsyncClient(base_url=str(url)) as client,
    ):
        answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return read(answer.text)


def read(text: str) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def life(connection: Connection) -> None:
    """Three photos: one waits, one fails for good, one was asked about twice."""
    run_id = runs.begin(connection, "watch", "me", {})
    names = [("wedding of Ann.jpg", 1, 1), ("b.jpg", 2, 2), ("c.jpg", 3, 3)]
    listing = Listing.of("/photos/Secret/", names)
    queue.compare(connection, "files", [listing], Wish("goal", run_id))
    first, second, third = queue.lease(connection, run_id, "me", 3)
    queue.failed(connection, second, UnreadableError("cut short"), "goal")
    for job in (first, third):
        queue.release(connection, [job.asset_id])
    recipe = answers.keep_recipe(connection, {"model": "m"})
    intent = Intent(run_id, third.asset_id, Question("key", recipe, ""), "openai:m", Decimal(1))
    answered, failed, _open = (calls.begin(connection, intent, Caps()) for _ in range(3))
    calls.answered(connection, answered, Usage(requests=1, cost=Decimal("0.25")), "m-1")
    calls.failed(connection, failed, TaggerUnavailableError("away"), counts=False)
    for call, took in ((answered, 0.75), (failed, 45.0)):
        row = update(call_table).where(call_table.c.id == call)
        connection.execute(row.values(ended_at=call_table.c.started_at + took))


async def test_what_is_known_is_told(lane: Lane, daemon: Daemon) -> None:
    await lane(life)
    found = await scraped(lane, daemon)
    assert found["tagwright_build_info", (("version", tagwright.__version__),)] == 1
    assert found["tagwright_photos", (("state", "waiting"),)] == 2
    assert found["tagwright_photos", (("state", "failed"),)] == 1
    assert found["tagwright_photos", (("state", "done"),)] == 0
    assert found["tagwright_queue_age_seconds", ()] > 0
    assert found["tagwright_troubled_photos", (("class", "permanent"),)] == 1
    tagger = ("tagger", "openai:m")
    assert found["tagwright_calls_total", (("outcome", "answered"), tagger)] == 1
    assert found["tagwright_calls_total", (("outcome", "transient"), tagger)] == 1
    assert found["tagwright_cost_usd_total", (tagger,)] == 0.25
    assert found["tagwright_tags_written_total", ()] == 0
    assert found["tagwright_tagger", (("state", "reachable"),)] == 1
    assert found["process_resident_memory_bytes", ()] > 0


async def test_the_histogram_counts_each_call_that_ended(lane: Lane, daemon: Daemon) -> None:
    await lane(life)
    found = await scraped(lane, daemon)
    tagger = ("tagger", "openai:m")
    upto = {
        dict(labels)["le"]: value
        for (name, labels), value in found.items()
        if name == "tagwright_call_seconds_bucket"
    }
    assert upto["0.5"] == 0
    assert upto["1.0"] == upto["30.0"] == 1
    assert upto["60.0"] == upto["+Inf"] == 2
    assert found["tagwright_call_seconds_count", (tagger,)] == 2
    assert found["tagwright_call_seconds_sum", (tagger,)] == pytest.approx(45.75, abs=0.01)


async def test_no_name_of_a_file_or_folder_is_told(lane: Lane, daemon: Daemon) -> None:
    await lane(life)
    daemon.becomes(reason="/photos/Secret is not there")
    async with (
        serving("127.0.0.1:0", lane, daemon) as url,
        httpx.AsyncClient(base_url=str(url)) as client,
    ):
        text = (await client.get("/metrics")).text
    assert "Secret" not in text
    assert ".jpg" not in text


async def test_sums_survive_the_daemon(tmp_path: Path, daemon: Daemon) -> None:
    path = tmp_path / "again" / "tagwright.db"
    for round_ in range(2):
        database = Database(path)
        lane = Lane(database)
        if round_ == 0:
            await lane(life)
        else:
            found = await scraped(lane, daemon)
        lane.close()
        database.close()
    assert found["tagwright_cost_usd_total", (("tagger", "openai:m"),)] == 0.25


async def test_sums_are_not_made_anew_for_each_scrape(lane: Lane, daemon: Daemon) -> None:
    """How the daemon is comes fresh; what the database must add up may be seconds old."""
    async with (
        serving("127.0.0.1:0", lane, daemon) as url,
        httpx.AsyncClient(base_url=str(url)) as client,
    ):
        before = read((await client.get("/metrics")).text)
        await lane(life)
        daemon.becomes(watching=False)
        after = read((await client.get("/metrics")).text)
    waiting = ("tagwright_photos", (("state", "waiting"),))
    assert before["tagwright_queue_age_seconds", ()] == 0
    assert before[waiting] == after[waiting] == 0
    assert (before["tagwright_watching", ()], after["tagwright_watching", ()]) == (1, 0)
