"""The daemon's figures in the text format of Prometheus. No name of a file or folder is in them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

import tagwright
from tagwright.state import Lane
from tagwright.state.figures import BOUNDS, Figures, figures
from tagwright_plugins.watch.observing import Observed, Vitals

_FRESH = 5.0  # s for which sums are taken as they are, at least
_RARE = 200  # times as long as it took to make them: half a percent of the time goes into sums
_PHOTOS = ("waiting", "working", "done", "failed", "gone")
_TAGGER = ("unknown", "reachable", "waiting")


class Metrics:
    """Answers scrapes; sums are made anew only when they are old."""

    def __init__(self, lane: Lane, observed: Observed) -> None:
        self._lane = lane
        self._observed = observed
        self._sums: Figures | None = None
        self._good_until = 0.0
        self._made = self._empty = time.monotonic()  # when the queue was last seen, and seen empty

    async def text(self) -> bytes:
        """Return all figures.

        Raises:
            StateError: the database cannot be read.
        """
        began = time.monotonic()
        if self._sums is None or began >= self._good_until:
            self._sums = await self._lane(figures)
            now = time.monotonic()
            self._good_until = now + max(_FRESH, (now - began) * _RARE)
            self._made = now
            if not (self._sums.photos.get("waiting") or self._sums.photos.get("working")):
                self._empty = now
        # Made anew each time, and so holds nothing between two scrapes.
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        registry.register(_Now(self._sums, self._observed(), self._made - self._empty))
        return generate_latest(registry)


class _Now(Collector):
    def __init__(self, sums: Figures, vitals: Vitals, age: float) -> None:
        self._sums = sums
        self._age = age
        self._vitals = vitals

    def collect(self) -> Iterable[Metric]:
        yield from _of_daemon(self._vitals)
        yield from _of_photos(self._sums, self._age)
        yield from _of_calls(self._sums)


def _of_daemon(vitals: Vitals) -> Iterator[Metric]:
    build = InfoMetricFamily("tagwright_build", "The program")
    build.add_metric((), {"version": tagwright.__version__})
    yield build
    doing = GaugeMetricFamily(
        "tagwright_doing_since_seconds", "Since when it does what it does", labels=["doing"]
    )
    doing.add_metric([vitals.doing], vitals.since)
    yield doing
    yield GaugeMetricFamily(
        "tagwright_beat_age_seconds", "Since the last turn of the loop", value=vitals.beat_age
    )
    yield GaugeMetricFamily(
        "tagwright_watching", "Whether no new photo is missed", value=float(vitals.watching)
    )
    tagger = GaugeMetricFamily("tagwright_tagger", "How the tagger is", labels=["state"])
    for state in _TAGGER:
        tagger.add_metric([state], float(vitals.tagger == state))
    yield tagger


def _of_photos(sums: Figures, age: float) -> Iterator[Metric]:
    photos = GaugeMetricFamily("tagwright_photos", "Photos by state", labels=["state"])
    for state in _PHOTOS:
        photos.add_metric([state], sums.photos.get(state, 0))
    yield photos
    yield GaugeMetricFamily(
        "tagwright_queue_age_seconds", "For how long photos have waited without a break", value=age
    )
    troubled = GaugeMetricFamily(
        "tagwright_troubled_photos", "Photos whose last try failed", labels=["class"]
    )
    for name, count in sums.troubled.items():
        troubled.add_metric([name], count)
    yield troubled
    yield CounterMetricFamily("tagwright_tags_written", "Tags ever written", value=sums.tags)


def _of_calls(sums: Figures) -> Iterator[Metric]:
    calls = CounterMetricFamily(
        "tagwright_calls", "Calls of taggers that ended", labels=["tagger", "outcome"]
    )
    for names, count in sums.calls.items():
        calls.add_metric(names, count)
    yield calls
    cost = CounterMetricFamily(
        "tagwright_cost_usd", "What calls have cost, as far as known", labels=["tagger"]
    )
    for tagger, spent in sums.spent.items():
        cost.add_metric([tagger], float(spent))
    yield cost
    took = HistogramMetricFamily(
        "tagwright_call_seconds", "How long calls of services took", labels=["tagger"]
    )
    edges = (*map(str, BOUNDS), "+Inf")
    for tagger, latency in sums.latency.items():
        took.add_metric([tagger], list(zip(edges, latency.upto, strict=True)), latency.seconds)
    yield took
