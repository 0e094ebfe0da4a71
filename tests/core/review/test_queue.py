"""The queue: the most useful groups first, shoots apart, page by page."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tagwright import review
from tagwright.model import Answer, Choice, Facts, Observation, Rendition
from tagwright.review import Filter
from tagwright.review.grouping import SHOOT, TOGETHER, group
from tagwright.state import Database, waiting
from tagwright.state.waiting import Waiting
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, MemoryTagger

from .desk import TAXONOMY, Desk, album, sees


def _row(number: int, *, folder: int = 1, sure: float = 0.6) -> Waiting:
    return Waiting(number, "beach", sure, folder, f"{number:05d}.jpg", skipped=False)


def _sizes(rows: list[Waiting], taken: dict[int, str]) -> list[int]:
    return sorted(len(one.members) for one in group(rows, lambda _: taken))


def test_few_photos_are_one_group_wherever_they_are() -> None:
    """Up to a number that fits on a screen, the doubtful ones last."""
    rows = [_row(n, folder=n, sure=0.5 + n / 1000) for n in range(TOGETHER)]
    (one,) = group(rows, lambda _: {})
    assert [member.asset_id for member in one.members] == list(range(TOGETHER))[::-1]
    assert one.confidence == (0.5, 0.5 + (TOGETHER - 1) / 1000)


def test_many_photos_are_parted_by_shoot() -> None:
    """By folder, and by a long pause; a shoot is one group however long it takes."""
    rows = [_row(n) for n in range(160)]
    taken = {
        n: f"2024-05-0{1 + n // 80}T{10 + n % 80 // 10:02d}:{n % 10:02d}:00" for n in range(160)
    }
    assert _sizes(rows, taken) == [80, 80]
    assert _sizes([_row(n, folder=n // 40) for n in range(160)], {}) == [40] * 4
    assert _sizes(rows, {}) == [160]


def test_small_shoots_stay_together_and_endless_ones_do_not() -> None:
    """Nobody is asked 60 times for one photo, nor once for a thousand."""
    assert _sizes([_row(n, folder=n) for n in range(120)], {}) == [20, TOGETHER, TOGETHER]
    assert _sizes([_row(n) for n in range(2 * SHOOT + 1)], {}) == [1, SHOOT, SHOOT]


def test_offsets_and_unknown_times_do_no_harm() -> None:
    """Times are the camera's own; photos without one are a shoot of their own."""
    taken = {n: f"2024-05-01T10:{n % 60:02d}:00+02:00" for n in range(60)}
    assert _sizes([_row(n) for n in range(120)], taken) == [60, 60]


def _sees_more_on_the_last(picture: Rendition, _facts: Facts) -> Answer:
    labels = ("beach", "city", "dog") if picture.data == b"3.jpg" else ("beach",)
    return Answer(tuple(Observation(label, 0.6) for label in labels), "memory")


async def test_groups_come_page_by_page(desk: Desk) -> None:
    """Each once, the largest first, also while they are decided on."""
    await desk.tag(album("1.jpg", "2.jpg", "3.jpg"), MemoryTagger(_sees_more_on_the_last))
    with desk.database.begin() as c:
        first = review.groups(c, TAXONOMY, limit=2)
        assert [one.concept for one in first.groups] == ["beach", "animals/dog"]
        assert (first.waiting, first.total) == (5, 3)
    desk.decide(Choice.ACCEPT, "beach", first.groups[0].asset_ids)
    with desk.database.begin() as c:
        second = review.groups(c, TAXONOMY, limit=2, after=first.after)
        assert [one.concept for one in second.groups] == ["city"]
        assert second.after is None
        assert review.groups(c, TAXONOMY, after="nonsense").total == 2
        assert review.find(c, TAXONOMY, second.groups[0].key) == second.groups[0]
        assert review.find(c, TAXONOMY, first.groups[0].key) is None
        (member,) = review.members(c, second.groups[0])
        assert (member.ref.reference, member.why[0]["label"]) == ("p/3.jpg", "city")


async def test_what_teaches_most_comes_first(desk: Desk) -> None:
    """A concept of which nothing is known of this tagger goes before a larger one that is known."""
    names = [f"{n}.jpg" for n in range(24)]
    await desk.tag(album(*names), MemoryTagger(_sees_beach_more_than_city))
    order = [[(one.concept, len(one.members)) for one in desk.groups()]]
    for photos in ("0.jpg", "1.jpg"), names[2:20]:
        desk.decide(Choice.ACCEPT, "beach", desk.ids(*(f"p/{name}" for name in photos)))
        order.append([(one.concept, len(one.members)) for one in desk.groups()])
    assert order == [
        [("beach", 24), ("city", 3)],
        [("beach", 22), ("city", 3)],
        [("city", 3), ("beach", 4)],
    ]
    await desk.tag(
        album(*names), MemoryTagger(_sees_beach_more_than_city, name="other"), force=True
    )
    assert [one.concept for one in desk.groups()] == ["beach", "city"]


def _sees_beach_more_than_city(_picture: Rendition, facts: Facts) -> Answer:
    few = int(facts.name.partition(".")[0]) < 3
    labels = ("beach", "city") if few else ("beach",)
    return Answer(tuple(Observation(label, 0.6) for label in labels), "memory")


@pytest.fixture
async def mixed(desk: Desk) -> Desk:
    """Two folders, three concepts."""
    library = MemoryLibrary({"p/1.jpg": MemoryPhoto(b"1"), "q/2.jpg": MemoryPhoto(b"2")})
    await desk.tag(library, sees(cat=0.6, puppy=0.7, beach=0.55))
    return desk


def _dated(database: Database, **days: str) -> None:
    with database.begin() as c:
        for number, day in days.items():
            c.exec_driver_sql(
                "UPDATE visits SET facts = json_set(facts, '$.taken_at', ?) WHERE asset_id = ?",
                (f"{day}T12:00:00", int(number[1:])),
            )


async def test_filters(mixed: Desk) -> None:
    """By facet, concept, confidence, tagger, run, folder and day."""
    _dated(mixed.database, a1="2024-05-01", a2="2024-05-02")
    with mixed.database.begin() as c:
        run = c.exec_driver_sql("SELECT id FROM runs").scalar()
    found: dict[str, Any] = {}
    for name, chosen in {
        "facet": Filter(facet="animals"),
        "concept": Filter(concept="animals/cat"),
        "sure": Filter(least=0.6, most=0.65),
        "tagger": Filter(tagger="memory", least=0.7),
        "other tagger": Filter(tagger="other"),
        "run": Filter(run=run),
        "other run": Filter(run="other"),
        "folder": Filter(under=("q",)),
        "from": Filter(taken_from=date(2024, 5, 2), facet="beach"),
        "to": Filter(taken_to=date(2024, 5, 1), facet="beach"),
    }.items():
        found[name] = {(one.concept, len(one.members)) for one in mixed.groups(chosen)}
    cat, puppy, beach = ("animals/cat", 2), ("animals/dog/puppy", 2), ("beach", 2)
    assert found == {
        "facet": {cat, puppy},
        "concept": {cat},
        "sure": {cat},
        "tagger": {puppy},
        "other tagger": set(),
        "run": {cat, puppy, beach},
        "other run": set(),
        "folder": {("animals/cat", 1), ("animals/dog/puppy", 1), ("beach", 1)},
        "from": {("beach", 1)},
        "to": {("beach", 1)},
    }
    with mixed.database.begin() as c:
        assert waiting.counts(c) == {"animals/cat": 2, "animals/dog/puppy": 2, "beach": 2}
        assert waiting.taggers(c) == {"memory": 6}
