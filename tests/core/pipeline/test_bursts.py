"""Frames of a burst share one answer, and nothing else does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select
from tests.quality.frames import jpeg, photo, shaken

from tagwright.errors import TaggerAnswerError, TaggerRefusedError, TaggerSetupError
from tagwright.model import Answer, AssetRef, Facts, Rendition
from tagwright.pictures.look import Look, look
from tagwright.pipeline.bursts import BurstBounds, series_of, taken
from tagwright.state import schema as tables
from tagwright.state import visits
from tagwright.state.visits import Selection
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, MemoryTagger, Script, says

PHOTOS = Path(__file__).parents[2] / "photos"
NOON = datetime(2026, 5, 1, 12, 0, 0)
CAMERA: dict[str, object] = {"EXIF:Make": "Canon", "EXIF:Model": "EOS R5"}
SHARED = "a frame of the same burst"


@cache
def scene(name: str) -> bytes:
    """Return a rendition of a photo."""
    return jpeg(photo(PHOTOS / name))


@dataclass
class Shot:
    """One photo in the camera's folder."""

    picture: bytes
    at: float = 0.0  # s after noon
    camera: str = "EOS R5"
    folder: str = "p"
    width: int = 6000


class Camera(MemoryLibrary):
    """A library whose photos have a camera and a time."""

    def __init__(self, shots: Sequence[Shot]) -> None:
        self.shots = {f"{shot.folder}/{n:03d}.jpg": shot for n, shot in enumerate(shots)}
        pictures = (
            # What follows the end of a JPEG makes it another file of the same look.
            MemoryPhoto(shot.picture + b"%d" % n)
            for n, shot in enumerate(shots)
        )
        super().__init__(dict(zip(self.shots, pictures, strict=True)))

    def facts_of(self, reference: str) -> Facts:
        """Return what is known without the tags."""
        shot = self.shots[reference]
        metadata: dict[str, object] = {"EXIF:Make": "Canon", "EXIF:Model": shot.camera}
        return Facts(
            name=reference.rpartition("/")[2],
            taken_at=NOON + timedelta(seconds=shot.at),
            width=shot.width,
            height=4000,
            metadata=metadata,
        )

    async def facts(self, ref: AssetRef) -> Facts:
        """Return what the camera wrote."""
        known = await super().facts(ref)
        return replace(self.facts_of(ref.reference), tags=known.tags, extras=known.extras)


class Costly(MemoryTagger):
    """A tagger that is worth saving."""

    costly = True

    def __init__(self, script: Script, *, name: str = "costly", concurrency: int = 4) -> None:
        super().__init__(script, name=name, concurrency=concurrency)
        self.facts: list[Facts] = []

    async def observe(self, rendition: Rendition, facts: Facts) -> Answer:
        """Remember who was asked about."""
        self.facts.append(facts)
        return await super().observe(rendition, facts)


def burst(name: str, count: int, *, step: float = 0.01, start: float = 0.0) -> list[Shot]:
    return [Shot(scene(name), start + n * step) for n in range(count)]


async def run(bench: Any, library: MemoryLibrary, *taggers: MemoryTagger, **options: Any) -> Any:
    """Run to the end; whoever waits for ever fails."""
    async with asyncio.timeout(60):
        return await (await bench.runner(library, *taggers, **options)).run()


async def test_a_burst_is_asked_about_once(bench: Any) -> None:
    """Though 64 of its frames are in hand at once."""
    library, tagger = Camera(burst("cat.jpg", 200)), Costly(says("cat"), concurrency=64)
    tally = await run(bench, library, tagger)
    assert (tagger.calls, tally.asked, tally.shared, tally.tagged) == (1, 1, 199, 200)
    assert {tuple(one.tags) for one in library.photos.values()} == {(("Animals", "Cat"),)}
    assert tally.as_dict()["shared"] == 199


async def test_a_copy_says_where_it_was_seen(bench: Any) -> None:
    """In its answer, its suggestion, and whenever it is judged anew."""
    library = Camera(burst("cat.jpg", 3))
    await run(bench, library, Costly(says("cat")))
    hows = [one.suggestions[0].why[0].observation.how for one in bench.results]
    (own,) = [one for one in bench.results if SHARED not in one.answers[0][1].observations[0].how]
    note = f"seen in {own.ref.reference[2:]}, {SHARED}"
    assert sorted(hows) == ["", note, note]
    kept = await bench.lane(lambda c: visits.batch(c, Selection("memory"), after=0, limit=9))
    assert sorted(one.said[0][1].how for one in kept) == sorted(hows)
    assert {one.said[0][1].confidence for one in kept} == {0.95}


async def test_each_burst_has_its_own_answer(bench: Any) -> None:
    """Of the same scene a minute later, and of another scene in between."""
    shots = [
        *burst("cat.jpg", 20),
        *burst("rocket.jpg", 20, start=0.005),
        *burst("cat.jpg", 20, start=60),
    ]
    tagger = Costly(says("cat"), concurrency=64)
    tally = await run(bench, Camera(shots), tagger)
    assert (tagger.calls, tally.shared) == (3, 57)


async def test_another_scene_in_the_midst_is_asked_about(bench: Any) -> None:
    shots = burst("cat.jpg", 10)
    shots[5].picture = scene("temple.jpg")
    tagger = Costly(says("cat"), concurrency=64)
    tally = await run(bench, Camera(shots), tagger)
    assert (tagger.calls, tally.shared) == (2, 8)


async def test_it_is_off_where_the_user_says_so(bench: Any) -> None:
    tagger = Costly(says("cat"), concurrency=64)
    tally = await run(bench, Camera(burst("cat.jpg", 12)), tagger, bursts=None)
    assert (tagger.calls, tally.shared) == (12, 0)


async def test_turned_off_later_copies_are_not_used(bench: Any) -> None:
    """Each frame then gets its own answer, once; the original is not asked again."""
    library, tagger = Camera(burst("cat.jpg", 5)), Costly(says("cat"))
    await run(bench, library, tagger)
    await run(bench, library, tagger, bursts=None, force=True)
    assert tagger.calls == 5
    await run(bench, library, tagger, bursts=None, force=True)
    tally = await run(bench, library, tagger, force=True)
    assert (tagger.calls, tally.shared) == (5, 0)
    assert not any(SHARED in one.answers[0][1].observations[0].how for one in bench.results)
    kept = await bench.lane(lambda c: visits.batch(c, Selection("memory"), after=0, limit=9))
    assert [len(one.said) for one in kept] == [1] * 5


async def test_the_next_run_remembers_the_burst(bench: Any) -> None:
    """A frame that is found later takes the answer too; one that is out of time does not."""
    shots = burst("cat.jpg", 4)
    library, tagger = Camera(shots[:2]), Costly(says("cat"))
    await run(bench, library, tagger)
    late = [*shots, Shot(scene("cat.jpg"), 30)]
    tally = await run(bench, Camera(late), tagger)
    assert (tagger.calls, tally.shared) == (2, 2)


@cache
def pan(frames: int) -> list[bytes]:
    """Return pictures of a camera that turns slowly, each like the one before."""
    wide = photo(PHOTOS / "temple.jpg").resize((1500, 1000))
    return [jpeg(wide.crop((6 * n, 0, 6 * n + 800, 1000))) for n in range(frames)]


@pytest.mark.parametrize("concurrency", [1, 64])
async def test_an_answer_does_not_walk_along_a_pan(bench: Any, concurrency: int) -> None:
    """Each copy is like the frame that was asked about, not only like its neighbour."""
    pictures = pan(40)
    assert all(_resemble(one, other) for one, other in pairwise(pictures))
    library = Camera([Shot(picture, n * 0.01) for n, picture in enumerate(pictures)])
    tagger = Costly(says("cat"), concurrency=concurrency)
    tally = await run(bench, library, tagger)
    assert 3 <= tagger.calls <= 25
    assert tally.shared == 40 - tagger.calls
    for copy, original in await _copies(bench):
        assert _resemble(library.photos[copy].picture, library.photos[original].picture)


async def test_when_the_first_frame_has_no_answer_the_next_is_asked(bench: Any) -> None:
    """Its refusal stays its own, and is remembered for it alone."""

    def script(rendition: Rendition, facts: Facts) -> Answer:
        if len(tagger.facts) == 1:
            raise TaggerRefusedError("no cats, please")
        return says("cat")(rendition, facts)

    library = Camera(burst("cat.jpg", 40))
    tagger = Costly(script, concurrency=64)
    tally = await run(bench, library, tagger)
    assert (tagger.calls, tally.refused, tally.tagged, tally.shared) == (2, 1, 39, 38)


@pytest.mark.parametrize("error", [TaggerRefusedError, TaggerAnswerError])
async def test_a_burst_that_is_always_refused_ends(bench: Any, error: type[Exception]) -> None:
    """Nobody waits for the others for ever; each is asked once."""

    def script(_rendition: Rendition, _facts: Facts) -> Answer:
        raise error("no cats, please")

    tagger = Costly(script, concurrency=64)
    tally = await run(bench, Camera(burst("cat.jpg", 50)), tagger)
    assert (tagger.calls, tally.refused, tally.shared) == (50, 50, 0)


async def test_a_wrong_key_ends_the_run_at_once(bench: Any) -> None:
    """Those who wait for the first frame do not hold it up."""

    def script(_rendition: Rendition, _facts: Facts) -> Answer:
        raise TaggerSetupError("the key is wrong")

    library = Camera(burst("cat.jpg", 30))
    tally = await run(bench, library, Costly(script, concurrency=64))
    assert (tally.tagged, tally.failed) == (0, 0)
    tagger = Costly(says("cat"))
    await run(bench, library, tagger)
    assert (tagger.calls, library.writes) == (1, 30)


async def test_a_run_that_is_cancelled_leaves_nobody_waiting(bench: Any) -> None:
    """The next one asks about one frame again."""
    begun = asyncio.Event()

    class Stuck(Costly):
        async def observe(self, rendition: Rendition, facts: Facts) -> Answer:
            begun.set()
            await asyncio.Event().wait()
            return await super().observe(rendition, facts)

    library = Camera(burst("cat.jpg", 30))
    stuck = asyncio.create_task(run(bench, library, Stuck(says("cat"), concurrency=64)))
    async with asyncio.timeout(60):
        await begun.wait()
        stuck.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stuck
    tagger = Costly(says("cat"), concurrency=64)
    tally = await run(bench, library, tagger)
    assert (tagger.calls, tally.tagged) == (1, 30)


async def test_each_tagger_has_its_own_answer(bench: Any) -> None:
    """And one that costs nothing looks at each frame."""
    taggers = [Costly(says("cat"), name="a"), Costly(says("dog"), name="b")]
    free = MemoryTagger(says("beach"), name="free")
    tally = await run(bench, Camera(burst("cat.jpg", 8)), *taggers, free)
    assert [one.calls for one in (*taggers, free)] == [1, 1, 8]
    assert tally.shared == 14


class Told(Costly):
    """A tagger that is told the tags of people."""

    reads_facts = True

    def facts_key(self, facts: Facts) -> str:
        """Only they count."""
        return repr(facts.tags)


async def test_another_question_is_asked(bench: Any) -> None:
    """Where what is told beside the picture differs, so may the answer."""
    library, tagger = Camera(burst("cat.jpg", 6)), Told(says("cat"))
    for number in (2, 4):
        library.photos[f"p/{number:03d}.jpg"].tags = [("Holiday",)]
    tally = await run(bench, library, tagger)
    assert (tagger.calls, tally.shared) == (2, 4)


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
            copies = await _copies(bench)
            assert tally.tagged == len(taken) == tagger.calls + len(copies)
            return copies

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


def _resemble(one: bytes, other: bytes) -> bool:
    seen = look(one), look(other)
    assert seen[0] is not None
    assert seen[1] is not None
    return seen[0].resembles(seen[1], BurstBounds().distance)


async def _copies(bench: Any) -> list[tuple[str, str]]:
    """Return references of photos with a copied answer, and of those that it was given for."""
    given_, copy = tables.answers.alias(), tables.answers
    photos, originals = tables.assets, tables.assets.alias()
    folder, other = tables.folders, tables.folders.alias()
    query = (
        select(folder.c.path + photos.c.name, other.c.path + originals.c.name)
        .select_from(copy)
        .join(given_, given_.c.id == copy.c.shared_from)
        .join(photos, photos.c.content_key == copy.c.content_key)
        .join(folder, folder.c.id == photos.c.folder_id)
        .join(originals, originals.c.content_key == given_.c.content_key)
        .join(other, other.c.id == originals.c.folder_id)
    )
    rows = await bench.lane(lambda c: c.execute(query).all())
    return [(row[0], row[1]) for row in rows]
