"""``tagwright immich backfill``: newest first, once, and only what was asked for."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from tests.adapters.immich.server import Asset, Person, at_random
from tests.adapters.loopback import Response
from tests.plugins.immich.conftest import House
from tests.plugins.watch.living.waiting import wait_until

from tagwright_plugins.cli.main import cli

CAT = "Animals/Cat"
ANNA = Person("5f0d1f7e-57c8-4d3a-9d0c-0a2b6f1f3c11", "Anna")
OTHER = Person("5f0d1f7e-57c8-4d3a-9d0c-0a2b6f1f3c12", "Anne")
AT_THE_START = ("/api/server/version", "/api/search/statistics")
WIDER = {"user.read", "asset.statistics", "album.read", "person.read"}

Backfill = Callable[..., Any]


@pytest.fixture
def backfill(house: House, monkeypatch: pytest.MonkeyPatch) -> Backfill:
    """Run it within the test; returns the exit code, what it said, and the last JSON object."""
    house.immich.permissions.update(WIDER)
    monkeypatch.chdir(house.home)

    def run(*arguments: str) -> tuple[int, str, dict[str, Any]]:
        command = ["immich", "backfill", "--json", *arguments]
        done = CliRunner().invoke(cli, command, env=house.environment)
        objects = [json.loads(line) for line in done.stdout.splitlines()]
        return done.exit_code, done.stderr, objects[-1] if objects else {}

    return run


def uploaded(house: House, count: int) -> list[Asset]:
    """Return photos, the newest first, that are there for a while."""
    immich = house.immich
    made = [
        immich.upload(f"{n}.jpg", taken=f"20{30 - n:02d}-05-05T12:00:00.000Z") for n in range(count)
    ]
    immich.settle()
    return made


def tagged(house: House, assets: list[Asset]) -> list[bool]:
    """Say of each whether a person sees our tag."""
    return [CAT in house.immich.tags_of(asset) for asset in assets]


def test_newest_first_and_never_twice(house: House, backfill: Backfill) -> None:
    """In steps, with undo by run; a run over what is done costs its searches and nothing else."""
    old = uploaded(house, 7)
    house.immich.permissions.add("asset.update")
    theirs = house.immich.library.account("Bob", "bobs-key")
    house.immich.upload("partner.jpg", by=theirs)
    house.immich.upload("hidden.mp4", kind="VIDEO", visibility="hidden")
    code, _, told = backfill("--estimate")
    assert (code, told["photos"], told["seconds"]) == (0, 7, None)
    assert house.model.asked == 0
    code, _, first = backfill("--limit", "2")
    assert (code, first["tagged"], tagged(house, old)) == (0, 2, [True] * 2 + [False] * 5)
    code, _, rest = backfill()
    assert (code, rest["tagged"], rest["unchanged"], all(tagged(house, old))) == (0, 5, 2, True)
    house.immich.received.clear()
    code, _, again = backfill()
    assert (code, again["unchanged"], again["asked"]) == (0, 7, 0)
    places = 2 if house.immich.version == "2.7.5" else 1  # that are looked at by themselves
    assert sorted(house.immich.received) == [
        *(["/api/search/metadata"] * places + ["/api/search/statistics"] * 2),
        *("/api/server/version", "/api/tags", "/api/users/me"),
    ]
    assert set(house.model.shown.values()) == {1}
    assert len(house.model.shown) == 7
    assert all(asset.notes["tagwright"][0]["tags"] for asset in old)


def test_a_large_account_is_looked_through_in_portions(house: House, backfill: Backfill) -> None:
    """Each photo once, by as few searches as that takes, however many are of one moment."""
    newest, *_ = house.immich.fill(620)
    code, _, told = backfill("--estimate")
    assert (code, told["photos"]) == (0, 620)
    assert house.immich.received.count("/api/search/metadata") <= 4
    house.immich.tag(newest, "Mine")
    assert backfill("--estimate", "--untagged")[2]["photos"] == 619


def test_only_what_was_asked_for(house: House, backfill: Backfill) -> None:
    """By album, person, day, favourites, without tags; what is not there is said, with what is."""
    old, immich = uploaded(house, 4), house.immich
    old[1].favourite = True
    old[2].people, old[3].people = (ANNA,), (OTHER,)
    immich.tag(old[0], "Mine")
    immich.settle()
    trips = [immich.library.album("Trip", immich.account) for _ in range(2)]
    trips[0].assets.append(old[3].id)
    immich.library.album("Summer 2026", immich.account)
    for chosen, expected in (
        (("--album", trips[0].id), 1),
        (("--person", "anna"), 1),
        (("--after", "2028-01-01", "--before", "2030-01-01"), 2),
        (("--untagged",), 3),
        (("--favourites", "--untagged"), 1),
        (("--person", "Anna", "--favourites"), 0),
    ):
        assert backfill("--estimate", *chosen)[2]["photos"] == expected, chosen
    for wrong, expected_words in (
        (("--album", "Trip"), [trips[0].id, trips[1].id, "2 albums"]),
        (("--album", "sumer 2026"), ["Did you mean 'Summer 2026'?"]),
        (("--person", "Ana"), ["Did you mean 'Anna'?"]),
        (("--after", "2026-01-01", "--before", "2025-01-01"), ["--after"]),
    ):
        code, said, _ = backfill(*wrong)
        assert (code, [word for word in expected_words if word not in said]) == (2, []), said
    shown = {"assets": {"items": [immich.library.view.short(old[0])], "nextPage": None}}
    immich.instead["/api/search/metadata"] = Response(shown)  # as of 1.135: all there is
    code, said, _ = backfill("--album", trips[0].id)
    assert (code, "cannot find photos by album" in said) == (2, True), said
    immich.instead.clear()
    immich.permissions.discard("asset.statistics")
    immich.permissions.discard("person.read")
    code, said, _ = backfill("--person", "Anna")
    assert (code, "person.read" in said) == (2, True)
    assert backfill("--untagged", "--dry-run")[2]["tagged"] == 3
    assert not any(tagged(house, old))


def test_immich_is_away_now_and_then(house: House, backfill: Backfill) -> None:
    """It waits, says so, and goes on by itself; nothing is asked twice, nothing is lost."""
    old = uploaded(house, 6)
    trouble = at_random(3, 0.3)
    house.immich.plan = lambda one: trouble(one) if one.path not in AT_THE_START else None
    code, said, told = backfill()
    house.immich.plan = lambda _: None
    assert (code, "Going on as soon as Immich answers" in said) == (0, True), said
    code, _, again = backfill()
    assert (code, told["tagged"] + again["tagged"], all(tagged(house, old))) == (0, 6, True)
    assert set(house.model.shown.values()) == {1}


def test_killed_it_is_for_people_to_go_on_with(house: House, backfill: Backfill) -> None:
    """Who serves tags what is new and takes up none of it, though the next one goes its own way.

    But for a photo that a person changed: what they took away stays away.
    """
    if house.immich.version.startswith("2."):
        pytest.skip("it is a matter of the state, and takes long")
    old = uploaded(house, 12)
    house.model.open.clear()
    process = house.commands.start(["immich", "backfill"], house.home, house.environment)
    wait_until(lambda: house.model.asked >= 2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    house.model.open.set()
    wait_until(lambda: sum(house.model.shown.values()) == house.model.asked)
    cut_short = house.model.asked
    house.immich.received.clear()
    with house.living() as daemon:
        wait_until(lambda: house.immich.received.count("/api/search/metadata") >= 2)
        new = house.immich.upload("new.jpg")
        wait_until(lambda: all(tagged(house, [new])))
        assert not any(tagged(house, old))
        code, _, told = backfill("--profile", "family")
        assert (code, told["tagged"], all(tagged(house, old))) == (0, 12, True)
        assert house.end(daemon) == 0
    with house.living() as daemon:
        new = house.immich.upload("newer.jpg")
        wait_until(lambda: all(tagged(house, [new])))
        house.immich.untag(old[3], CAT)
        said = len(house.log)
        wait_until(lambda: old[3].id in house.log[said:])
        assert house.end(daemon) == 0
    assert house.model.asked == 14 + 1 + cut_short
    code, _, told = backfill("--profile", "family")
    assert (code, told["tags"], tagged(house, [old[3]])) == (0, 0, [False])
