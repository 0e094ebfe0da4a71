"""No picture behind a fence reaches a tagger whose service is outside, whatever else happens."""

from __future__ import annotations

import asyncio
import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagwright.errors import FencedError, TaggerRefusedError
from tagwright.model import Answer, AssetRef, Facts, Rendition, RenditionSpec, Sent
from tagwright.pipeline.consulting.chains import Chain, Course
from tagwright.privacy import Fence, Guard, Pattern, TrustedHosts
from tagwright.state import sendings
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, MemoryTagger, says

PRIVATE = Fence(tags=(Pattern("Private"),))


class Outside(MemoryTagger):
    """A tagger whose service is on another machine; it remembers what it was shown."""

    leaves_machine = True

    def __init__(self, *labels: str, host: str = "api.example", name: str = "cloud:model") -> None:
        super().__init__(says(*labels), name=name)
        self.host = host
        self.shown: list[bytes] = []

    def sends(self, facts: Facts) -> Sent:
        return Sent(self.host, {"name": facts.name})

    async def observe(self, rendition: Rendition, facts: Facts) -> Answer:
        self.shown.append(rendition.data)
        return await super().observe(rendition, facts)


class Renders(MemoryLibrary):
    """Counts the pictures that are made."""

    made = 0

    async def rendition(self, ref: AssetRef, spec: RenditionSpec) -> Rendition:
        self.made += 1
        return await super().rendition(ref, spec)


def _library() -> Renders:
    private = MemoryPhoto(b"private", tags=[("Private", "Bank")])
    return Renders({"p/open.jpg": MemoryPhoto(b"open"), "p/secret.jpg": private})


def _guard(fence: Fence = PRIVATE, *trusted: str) -> Guard:
    return Guard(fence, TrustedHosts(trusted))


async def test_a_fenced_photo_is_tagged_by_who_stays_at_home(bench: Any) -> None:
    """It is no failure: the result says why, the tally how many."""
    library, cloud, home = _library(), Outside("dog"), MemoryTagger(says("cat"))
    tally = await (await bench.runner(library, cloud, home, guard=_guard())).run()
    assert cloud.shown == [b"open"]
    assert library.photos["p/secret.jpg"].tags == [("Private", "Bank"), ("Animals", "Cat")]
    assert ("Animals", "Dog") in library.photos["p/open.jpg"].tags
    assert (tally.tagged, tally.failed, tally.refused, tally.fenced) == (2, 0, 0, 1)
    assert tally.fences == {"tag": 1}
    kept = {str(one.ref): [str(why.reason) for why in one.fenced] for one in bench.results}
    assert kept == {"p/open.jpg": [], "p/secret.jpg": ["tag 'Private'"]}


async def test_no_picture_is_made_where_facts_suffice(bench: Any) -> None:
    """Nothing of it need be decoded."""
    library = _library()
    await (await bench.runner(library, Outside("dog"), guard=_guard())).run()
    assert library.made == 1


async def test_the_next_run_asks_once_the_fence_is_gone(bench: Any) -> None:
    """And only then; what was not behind it is not asked about again."""
    library, cloud = _library(), Outside("dog")
    await (await bench.runner(library, cloud, guard=_guard())).run()
    again = await (await bench.runner(library, cloud, guard=_guard())).run()
    assert (again.queued, cloud.shown) == (0, [b"open"])
    await (await bench.runner(library, cloud)).run()
    assert cloud.shown == [b"open", b"private"]


async def test_a_fence_is_no_reason_to_visit_photos_that_nobody_sends(bench: Any) -> None:
    """With taggers of this machine only, it is no part of the goal."""
    library, home = _library(), MemoryTagger(says("cat"))
    await (await bench.runner(library, home)).run()
    assert (await (await bench.runner(library, home, guard=_guard())).run()).queued == 0


async def test_an_answer_that_was_given_earlier_is_still_used(bench: Any) -> None:
    """Nothing is sent for it."""
    library, cloud = _library(), Outside("dog")
    await (await bench.runner(library, cloud)).run()
    del cloud.shown[:]
    tally = await (await bench.runner(library, cloud, force=True, guard=_guard())).run()
    assert (cloud.shown, tally.fenced) == ([], 0)
    assert ("Animals", "Dog") in library.photos["p/secret.jpg"].tags


async def test_a_twin_behind_the_fence_is_not_sent(bench: Any) -> None:
    """The same picture elsewhere may be; what it brought serves both."""
    twin = {"p/a.jpg": MemoryPhoto(b"same", tags=[("Private",)]), "p/b.jpg": MemoryPhoto(b"same")}
    library, cloud = MemoryLibrary(twin), Outside("dog")
    tally = await (await bench.runner(library, cloud, guard=_guard())).run()
    assert (cloud.shown, tally.failed) == ([b"same"], 0)


@pytest.mark.parametrize("trusted", ["api.example", "API.Example."])
async def test_machines_of_the_house_are_shown_everything(bench: Any, trusted: str) -> None:
    """Whose picture goes there has not left."""
    library, cloud = _library(), Outside("dog", host="api.example:8080")
    await (await bench.runner(library, cloud, guard=_guard(PRIVATE, trusted))).run()
    assert sorted(cloud.shown) == [b"open", b"private"]


async def test_a_tagger_that_names_no_host_is_not_trusted(bench: Any) -> None:
    """One that others wrote may say only that it leaves the machine."""
    library = _library()
    silent = MemoryTagger(says("dog"))
    silent.leaves_machine = True
    await (await bench.runner(library, silent, guard=_guard(PRIVATE, "api.example"))).run()
    assert silent.calls == 1


async def test_tags_of_ours_hold_a_fence_too(bench: Any) -> None:
    """What is on the photo counts, whoever put it there."""
    library = MemoryLibrary({"p/x.jpg": MemoryPhoto(b"x")})
    await (await bench.runner(library, MemoryTagger(says("car")))).run()
    cloud, guard = Outside("dog"), _guard(Fence(tags=(Pattern("car"),)))
    await (await bench.runner(library, cloud, guard=guard)).run()
    assert cloud.shown == []


async def test_documents_stay_by_their_look(bench: Any) -> None:
    """Whoever judges looks is asked only where a picture would go out."""
    judged: list[bytes] = []

    def looks(rendition: Rendition, _: Facts) -> str:
        judged.append(rendition.data)
        return "a light page" if rendition.data == b"private" else ""

    library, cloud, home = _library(), Outside("dog"), MemoryTagger(says("cat"))
    guard = Guard(Fence(documents=True), looks=looks)
    tally = await (await bench.runner(library, home, cloud, guard=guard)).run()
    assert cloud.shown == [b"open"]
    assert tally.fences == {"document": 1}
    assert sorted(judged) == [b"open", b"private"]


async def test_what_is_sent_is_on_record(bench: Any) -> None:
    """By the run, with host, digest and facts; what was kept is not."""
    library, cloud = _library(), Outside("dog")
    await (await bench.runner(library, cloud, guard=_guard())).run()
    run = bench.run_ids[-1]
    assert await bench.lane(lambda c: sendings.by_host(c, run)) == {"api.example": 1}
    ((_, one),) = await bench.lane(lambda c: sendings.batch(c, sendings.Filter(("memory",))))
    assert (one.ref.reference, one.host, one.run_id) == ("p/open.jpg", "api.example", run)
    assert (one.size, one.facts, one.outcome) == (4, {"name": "open.jpg"}, "answered")


async def test_in_a_chain_the_next_one_is_asked(bench: Any) -> None:
    """One at home takes the place of one outside, and it is said why."""
    library, cloud = _library(), Outside("dog")
    home = MemoryTagger(says("cat"), name="home")
    chains = [Chain("c", ("cloud:model", "home"), "fallback")]
    tally = await (await bench.runner(library, cloud, home, chains=chains, guard=_guard())).run()
    assert cloud.shown == [b"open"]
    assert library.photos["p/secret.jpg"].tags == [("Private", "Bank"), ("Animals", "Cat")]
    assert library.photos["p/open.jpg"].tags == [("Animals", "Dog")]
    assert (tally.tagged, tally.fenced) == (2, 1)
    assert Course("c", ("home",), after="fences") in tally.courses


@pytest.mark.parametrize("manner", ["fallback", "cascade"])
async def test_a_chain_that_is_all_outside_has_not_failed(bench: Any, manner: Any) -> None:
    """Nor has it refused: it was not asked."""
    library, one, two = _library(), Outside("dog"), Outside("cat", name="other:model")
    chains = [Chain("c", ("cloud:model", "other:model"), manner, enough=1)]
    tally = await (await bench.runner(library, one, two, chains=chains, guard=_guard())).run()
    assert (one.shown, two.shown) == ([b"open"], [])
    assert (tally.tagged, tally.refused, tally.failed, tally.fenced) == (2, 0, 0, 1)
    assert library.photos["p/secret.jpg"].tags == [("Private", "Bank")]


async def test_a_refusal_in_a_chain_is_still_one(bench: Any) -> None:
    """Of who was shown the photo; that another one was not does not hide it."""

    def decline(_: Rendition, __: Facts) -> Answer:
        raise TaggerRefusedError("no.")

    library, cloud, home = _library(), Outside("dog"), MemoryTagger(decline, name="home")
    chains = [Chain("c", ("cloud:model", "home"), "fallback")]
    tally = await (await bench.runner(library, cloud, home, chains=chains, guard=_guard())).run()
    assert (tally.tagged, tally.refused, tally.fenced) == (1, 1, 1)


SPELLED = st.sampled_from(
    [str.upper, str.lower, str.title, lambda text: unicodedata.normalize("NFD", text), str]
)
NAMES = st.text(
    st.characters(exclude_characters="/*?[%", exclude_categories=["C", "Z"]), min_size=1, max_size=6
).filter(lambda name: name not in (".", ".."))


@given(st.lists(NAMES, min_size=1, max_size=4), st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_folder_behind_the_fence_is_never_shown(folders: list[str], data: Any) -> None:
    """However its name is typed, listed, or wrapped in a pattern, and however deep it is."""
    named = data.draw(st.sampled_from(folders))
    wrapped = data.draw(
        st.sampled_from(["{}", "**/{}", "{}/**", "**/{}/**", " {} ", "{}/", "./{}"])
    )
    entry = wrapped.format(data.draw(SPELLED)(named))
    listed = [data.draw(SPELLED)(folder) for folder in folders]
    guard, cloud = _guard(Fence(folders=(Pattern(entry),))), Outside("dog")

    async def picture() -> Rendition:
        raise AssertionError("it was made for a service outside")

    ref = AssetRef("files", f"/{'/'.join(listed)}/x.jpg")
    with pytest.raises(FencedError, match="folder"):
        asyncio.run(guard.shown(cloud, ref, Facts("x.jpg"), picture))
