"""What is no burst shares nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.quality.frames import jpeg, photo, shaken

from tagwright.model import AssetRef, Facts
from tagwright.pictures.look import Look, look
from tagwright.pipeline.bursts import BurstBounds, series_of, taken
from tagwright_adapters.memory import says

from .shooting import CAMERA, NOON, PHOTOS, Camera, Costly, Shot, burst, copies, run, scene

APART: dict[str, Sequence[Shot]] = {
    "no camera": [Shot(scene("cat.jpg"), n / 10, camera="") for n in range(3)],
    "cameras": [Shot(scene("cat.jpg"), n / 10, camera=f"R{n}") for n in range(3)],
    "folders": [Shot(scene("cat.jpg"), n / 10, folder=f"f{n}") for n in range(3)],
    "sizes": [Shot(scene("cat.jpg"), n / 10, width=6000 + n) for n in range(3)],
    "no size": [Shot(scene("cat.jpg"), n / 10, width=0) for n in range(3)],
    "times": [Shot(scene("cat.jpg"), n * 3.01) for n in range(3)],
    "features": [Shot(jpeg(Image.new("RGB", (750, 500), "white")), n / 10) for n in range(3)],
    "no JPEG": [Shot(b"same", n / 10) for n in range(3)],
}


@pytest.mark.parametrize("shots", APART.values(), ids=APART)
async def test_what_is_no_burst_is_asked_about_one_by_one(
    bench: Any, shots: Sequence[Shot]
) -> None:
    tagger = Costly(says("cat"), concurrency=64)
    tally = await run(bench, Camera(shots), tagger)
    assert (tagger.calls, tally.shared) == (3, 0)


async def test_without_a_time_nothing_is_shared(bench: Any) -> None:
    class Timeless(Camera):
        def facts_of(self, reference: str) -> Facts:
            return replace(super().facts_of(reference), taken_at=None)

    tagger = Costly(says("cat"))
    await run(bench, Timeless(burst("cat.jpg", 4)), tagger)
    assert tagger.calls == 4


@cache
def pool() -> tuple[bytes, ...]:
    """Return pictures that are more and less alike."""
    random = Random(11)
    wholes = [photo(PHOTOS / name) for name in ("cat.jpg", "rocket.jpg")]
    return tuple(jpeg(shaken(one, random, 0.03)) for one in wholes for _ in range(4))


shots = st.builds(
    Shot,
    picture=st.integers(0, 7).map(lambda number: pool()[number]),
    at=st.integers(0, 24).map(lambda quarters: quarters / 4),
    camera=st.sampled_from(["EOS R5", "X-T5"]),
    folder=st.sampled_from(["p", "q"]),
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    taken=st.lists(shots, min_size=2, max_size=10),
    seconds=st.sampled_from([0.0, 0.5, 3.0]),
    distance=st.sampled_from([0, 8, 16]),
    concurrency=st.sampled_from([1, 3, 64]),
)
def test_sharing_never_crosses_its_bounds(
    open_bench: Any,
    tmp_path_factory: pytest.TempPathFactory,
    taken: list[Shot],
    seconds: float,
    distance: int,
    concurrency: int,
) -> None:
    """Camera, folder, time and look: of each copy and the very frame that was asked about."""
    library = Camera(taken)
    tagger = Costly(says("cat"), concurrency=concurrency)

    async def tag() -> list[tuple[str, str]]:
        with open_bench(tmp_path_factory.mktemp("bursts")) as bench:
            bounds = BurstBounds(seconds, distance)
            tally = await run(bench, library, tagger, bursts=bounds)
            found = await copies(bench)
            assert tally.tagged == len(taken) == tagger.calls + len(found)
            return found

    for copy, original in asyncio.run(tag()):
        one, other = library.shots[copy], library.shots[original]
        assert (one.camera, one.folder) == (other.camera, other.folder)
        assert abs(one.at - other.at) <= seconds
        looks = [look(shot.picture) for shot in (one, other)]
        assert isinstance(looks[0], Look)
        assert isinstance(looks[1], Look)
        assert looks[0].distance(looks[1]) <= distance
        assert looks[0].resembles(looks[1], distance)


def test_the_time_of_a_frame_is_the_cameras() -> None:
    """With parts of a second where the camera wrote them, whatever zone it thinks it is in."""
    facts = Facts("a.jpg", taken_at=NOON)
    at = taken(facts)
    assert at is not None
    exact = {"EXIF:DateTimeOriginal": "2026:05:01 12:00:00", "EXIF:SubSecTimeOriginal": "05"}
    assert taken(replace(facts, metadata=dict(exact))) == pytest.approx(at + 0.05)
    assert taken(replace(facts, metadata={**exact, "EXIF:SubSecTimeOriginal": 25})) == at + 0.25
    assert taken(replace(facts, metadata={**exact, "EXIF:SubSecTimeOriginal": "x²"})) == at
    assert taken(replace(facts, metadata={"EXIF:SubSecTimeOriginal": 25})) == at
    assert taken(replace(facts, taken_at=NOON.replace(tzinfo=UTC))) == at
    assert taken(replace(facts, taken_at=None)) is None


def test_a_series_is_told_by_folder_camera_and_size() -> None:
    facts = Facts("a.jpg", width=6000, height=4000, metadata=CAMERA)
    ref = AssetRef("files", "/p/a.jpg")
    same = series_of(AssetRef("files", "/p/b.jpg"), replace(facts, name="b.jpg"))
    assert series_of(ref, facts) == same is not None
    others = [
        (AssetRef("files", "/q/a.jpg"), facts),
        (AssetRef("immich", "/p/a.jpg"), facts),
        (ref, replace(facts, folders=("Album",))),
        (ref, replace(facts, height=6000)),
        (ref, replace(facts, metadata={**CAMERA, "EXIF:Make": "Nikon"})),
    ]
    assert len({series_of(*one) for one in others} | {same}) == 6
