"""Several libraries as one: each photo is its own library's, and so is each trouble."""

from __future__ import annotations

import pytest

from tagwright.errors import LibraryError, StateError, TagwrightError, VanishedError
from tagwright.libraries import Libraries
from tagwright.model import AssetRef, Facts, Tag
from tagwright.ports import Receipt
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto

HERE, THERE, ELSEWHERE = (AssetRef(name, "1.jpg") for name in ("memory", "immich:a", "immich:b"))
CAT = Tag("cat", ("Cat",))


class DownError(TagwrightError):
    """It does not answer."""

    stops_run = True


class Host(MemoryLibrary):
    """A library that counts how often it is opened, asked and closed, and may be down."""

    def __init__(self, name: str) -> None:
        super().__init__({"1.jpg": MemoryPhoto(b"1")})
        self.name = name
        self.opened = self.asked = self.closed = 0
        self.down = False

    async def make(self) -> Host:
        """Open it."""
        self.opened += 1
        return self

    async def facts(self, ref: AssetRef) -> Facts:
        """Return facts, unless it is down."""
        self.asked += 1
        if self.down:
            raise DownError(cure="Start it.")
        return await super().facts(ref)

    async def aclose(self) -> None:
        """Count."""
        self.closed += 1


@pytest.fixture
def hosts() -> dict[str, Host]:
    """Three libraries by their names."""
    return {one: Host(one) for one in ("memory", "immich:a", "immich:b")}


@pytest.fixture
def libraries(hosts: dict[str, Host]) -> Libraries:
    """All of them, the first of them the main one."""
    main, *others = hosts.values()
    return Libraries(main, {one.name: one.make for one in others})


async def _nothing(_: Receipt) -> None:
    """Have nothing to note."""


async def test_each_is_opened_when_it_is_touched(
    libraries: Libraries, hosts: dict[str, Host]
) -> None:
    """And once; what was not touched is not closed either."""
    await libraries.facts(HERE)
    assert [one.opened for one in hosts.values()] == [0, 0, 0]
    await libraries.write(THERE, [CAT], _nothing)
    await libraries.facts(THERE)
    await libraries.aclose()
    assert [one.opened for one in hosts.values()] == [0, 1, 0]
    assert [one.closed for one in hosts.values()] == [1, 1, 0]
    assert [one.photos["1.jpg"].tags for one in hosts.values()] == [[], [CAT.path], []]


async def test_they_are_replaced(libraries: Libraries, hosts: dict[str, Host]) -> None:
    """What is open may be in use: it is closed at the end, and what comes next is made anew."""
    hosts["immich:a"].down = True
    with pytest.raises(LibraryError):
        await libraries.facts(THERE)
    other = Host("immich:a")
    libraries.replace({"immich:a": other.make})
    await libraries.facts(THERE)
    assert (other.opened, hosts["immich:a"].closed) == (1, 0)
    await libraries.aclose()
    assert [one.closed for one in (other, hosts["immich:a"])] == [1, 1]


async def test_one_that_is_down_fails_its_own_photos(
    libraries: Libraries, hosts: dict[str, Host]
) -> None:
    """Without being asked for each, and without stopping a run, until it is tried again."""
    there = hosts["immich:a"]
    there.down = True
    for _ in range(3):
        with pytest.raises(LibraryError, match=r"It does not answer\.") as caught:
            await libraries.facts(THERE)
        assert (caught.value.asset, caught.value.stops_run) == ("1.jpg", False)
        assert caught.value.cure == "Start it."
    assert there.asked == 1
    assert (await libraries.facts(ELSEWHERE)).name == "1.jpg"
    there.down = False
    libraries.try_again()
    assert (await libraries.facts(THERE)).name == "1.jpg"


async def test_the_main_ones_troubles_are_those_of_all(
    libraries: Libraries, hosts: dict[str, Host]
) -> None:
    """As if there were no others."""
    hosts["memory"].down = True
    with pytest.raises(DownError):
        await libraries.facts(HERE)


async def test_a_photo_of_a_library_that_is_not_configured(libraries: Libraries) -> None:
    """Says so, and with what to do."""
    with pytest.raises(LibraryError, match="'immich:gone' is not configured") as caught:
        await libraries.content_key(AssetRef("immich:gone", "7"))
    assert caught.value.asset == "7"
    with pytest.raises(LibraryError, match="not configured"):
        await libraries.of("immich:gone")


async def test_what_is_no_trouble_of_the_library_passes(libraries: Libraries) -> None:
    """A photo that is gone is gone; and a database that is full stops everything."""

    async def full(_: Receipt) -> None:
        raise StateError("the disk is full.")

    with pytest.raises(VanishedError):
        await libraries.facts(AssetRef("immich:a", "2.jpg"))
    with pytest.raises(StateError):
        await libraries.write(THERE, [CAT], full)
    assert (await libraries.facts(THERE)).name == "1.jpg"
