"""A chain of taggers: cheap ones first, the dear one only where they are unsure."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagwright.errors import TaggerBusyError, TaggerError, TaggerRefusedError
from tagwright.model import Answer, Facts, Observation, Quote, Rendition, Usage
from tagwright.pipeline.consulting.chains import Chain, Course
from tagwright.pipeline.purse import Budget
from tagwright.policy import Policy, Rule, Then, When
from tagwright.state import costs
from tagwright.state.spending import Caps
from tagwright.state.undoing import Chosen
from tagwright.undo import Undo
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, MemoryTagger, Script, says

CAT, DOG, CAR = ("Animals", "Cat"), ("Animals", "Dog"), ("Car",)
NAMES = ("cat", "dog", "beach", "car")


def _library(*pictures: bytes) -> MemoryLibrary:
    return MemoryLibrary({f"p/{one.decode()}.jpg": MemoryPhoto(one) for one in pictures})


def _sees(**by_picture: tuple[str, ...]) -> Script:
    """Return a script that says of each picture what is given for it."""

    def script(rendition: Rendition, _facts: Facts) -> Answer:
        labels = by_picture[rendition.data.decode()]
        return Answer(tuple(Observation(one, 0.95) for one in labels), "memory")

    return script


def _raises(error: type[TaggerError]) -> Script:
    def script(_rendition: Rendition, _facts: Facts) -> Answer:
        raise error("not now")

    return script


class Dear(MemoryTagger):
    """A tagger that costs a cent a photo."""

    async def quote(self, _rendition: Rendition, _facts: Facts) -> Quote:
        """Return the price."""
        return Quote(Decimal("0.01"), Decimal("0.01"), Decimal("0.01"))

    async def observe(self, rendition: Rendition, facts: Facts) -> Answer:
        """Answer at a price."""
        answer = await super().observe(rendition, facts)
        return Answer(answer.observations, answer.model, usage=Usage(1, cost=Decimal("0.01")))


def _cascade(*members: MemoryTagger, enough: int = 2) -> Chain:
    return Chain("chain:thrifty", tuple(one.name for one in members), "cascade", enough)


SURE = {"sure": ("cat", "dog", "zeppelin"), "unsure": ("cat",), "blank": ()}


def _pair(script: Script | None = None) -> tuple[MemoryTagger, Dear]:
    return MemoryTagger(_sees(**SURE), name="cheap"), Dear(script or says("car"), name="dear")


async def test_the_dear_one_is_asked_only_where_it_is_needed(bench: Any) -> None:
    """Its answer counts with the cheap one's; each reason says why it was asked."""
    library, (cheap, dear) = _library(b"sure", b"unsure", b"blank"), _pair()
    runner = await bench.runner(library, cheap, dear, chains=[_cascade(cheap, dear)])
    tally = await runner.run()
    tags = {one.picture: sorted(one.tags) for one in library.photos.values()}
    assert tags == {b"sure": [CAT, DOG], b"unsure": [CAT, CAR], b"blank": [CAR]}
    assert (cheap.calls, dear.calls) == (3, 2)
    spent = await bench.lane(lambda c: costs.of_run(c, bench.run_ids[0]))
    assert spent.cost == Decimal("0.02")
    assert tally.courses == {
        Course("chain:thrifty", ("cheap",)): 1,
        Course("chain:thrifty", ("cheap", "dear")): 2,
    }
    (unsure,) = [one for one in bench.results if one.ref.reference == "p/unsure.jpg"]
    notes = {one.concept: one.why[0].note for one in unsure.suggestions}
    assert notes["car"].endswith("; as cheap was sure of 1 concept, 2 wanted")
    assert "cheap" not in notes["animals/cat"]
    assert unsure.notes == ("asked dear because cheap was sure of 1 concept, 2 wanted",)


async def test_a_second_run_asks_nobody(bench: Any) -> None:
    """Also where it is forced."""
    library, (cheap, dear) = _library(b"sure", b"unsure"), _pair()
    chains = [_cascade(cheap, dear)]
    await (await bench.runner(library, cheap, dear, chains=chains)).run()
    tally = await (await bench.runner(library, cheap, dear, chains=chains)).run()
    await (await bench.runner(library, cheap, dear, chains=chains, force=True)).run()
    assert (tally.unchanged, cheap.calls, dear.calls) == (2, 2, 1)


async def test_what_other_taggers_say_makes_no_photo_sure(bench: Any) -> None:
    """Only the chain's own answers count."""
    library, (cheap, dear) = _library(b"unsure"), _pair()
    beside = MemoryTagger(says("beach", "dog"), name="basics")
    chains = [Chain.alone("basics"), _cascade(cheap, dear)]
    await (await bench.runner(library, beside, cheap, dear, chains=chains)).run()
    assert dear.calls == 1


async def test_whole_paths_count_as_one_concept(bench: Any) -> None:
    """Broader concepts that are written along say nothing new."""
    library, (cheap, dear) = _library(b"unsure"), _pair()
    policy = Policy(write="path")
    chains = [_cascade(cheap, dear)]
    await (await bench.runner(library, cheap, dear, chains=chains, policy=policy)).run()
    assert dear.calls == 1


async def test_a_photo_that_is_to_be_left_alone_costs_nothing_more(bench: Any) -> None:
    """Where a rule says so, nothing will be written, whatever a dear one says."""
    library, (cheap, dear) = _library(b"unsure"), _pair()
    rule = Rule("private", When(all=("animals/cat",)), Then(leave_alone=True))
    chains = [_cascade(cheap, dear)]
    await (
        await bench.runner(library, cheap, dear, chains=chains, policy=Policy(rules=(rule,)))
    ).run()
    assert (cheap.calls, dear.calls) == (1, 0)


async def test_a_paid_answer_is_used_though_it_would_not_be_asked_for(bench: Any) -> None:
    """Of a dear tagger that saw the photo before there was a cascade."""
    library, (cheap, dear) = _library(b"sure"), _pair()
    await (await bench.runner(library, dear)).run()
    await (await bench.runner(library, cheap, dear, chains=[_cascade(cheap, dear)])).run()
    assert (sorted(library.photos["p/sure.jpg"].tags), dear.calls) == ([CAT, DOG, CAR], 1)


async def test_who_declines_leaves_it_to_the_next(bench: Any) -> None:
    """And a dear one that declines leaves the cheap one's answer."""
    library, (cheap, dear) = _library(b"unsure"), _pair(_raises(TaggerRefusedError))
    shy = MemoryTagger(_raises(TaggerRefusedError), name="shy")
    chains = [_cascade(shy, cheap, dear)]
    tally = await (await bench.runner(library, shy, cheap, dear, chains=chains)).run()
    assert (tally.tagged, tally.refused, library.photos["p/unsure.jpg"].tags) == (1, 0, [CAT])
    assert bench.results[0].notes == (
        "asked cheap because shy refused: not now",
        "cheap must do: dear refused: not now",
    )
    assert (await (await bench.runner(library, shy, cheap, dear, chains=chains)).run()).queued == 0


async def test_without_money_the_cheap_answers_stand_for_now(bench: Any) -> None:
    """Counted and said; the next run asks the dear one for these photos, and no other."""
    pictures = [b"%d" % n for n in range(12)]
    cheap = MemoryTagger(says("cat"), name="cheap")
    dear = Dear(says("car"), name="dear", concurrency=1)
    library, chains = _library(*pictures), [_cascade(cheap, dear)]
    runner = await bench.runner(library, cheap, dear, chains=chains, budget=_cents(5))
    tally = await runner.run()
    assert (tally.tagged, dear.calls, runner.halted_by) == (12, 5, None)
    assert tally.courses == {
        Course("chain:thrifty", ("cheap", "dear")): 5,
        Course("chain:thrifty", ("cheap",), incomplete="budget"): 7,
    }
    short = [one for one in bench.results if len(one.answers) == 1]
    note = short[0].suggestions[0].why[0].note
    assert note.endswith("; without a second opinion, as dear was out of budget")
    tally = await (await bench.runner(library, cheap, dear, chains=chains)).run()
    assert (tally.unchanged, tally.tagged, cheap.calls, dear.calls) == (5, 7, 12, 12)
    assert all(sorted(photo.tags) == [CAT, CAR] for photo in library.photos.values())
    assert (await (await bench.runner(library, cheap, dear, chains=chains)).run()).queued == 0


async def test_what_was_undone_stays_undone(bench: Any) -> None:
    """Also where somebody was yet to be asked."""
    cheap, dear = MemoryTagger(says("cat"), name="cheap"), Dear(says("car"), name="dear")
    library, chains = _library(b"1"), [_cascade(cheap, dear)]
    await (await bench.runner(library, cheap, dear, chains=chains, budget=_cents(0))).run()
    assert library.photos["p/1.jpg"].tags == [CAT]
    undo = Undo(library, bench.lane, lambda _: None, dry_run=False)
    await undo.run(Chosen(run=bench.run_ids[0]), bench.run_ids[0])
    tally = await (await bench.runner(library, cheap, dear, chains=chains)).run()
    assert (tally.queued, dear.calls, library.photos["p/1.jpg"].tags) == (0, 0, [])


async def test_a_dear_service_that_stays_away_ends_nothing(bench: Any) -> None:
    """Once patience is over, the cheap answers stand for now."""
    library, (cheap, dear) = _library(b"sure", b"unsure"), _pair(_raises(TaggerBusyError))
    chains = [_cascade(cheap, dear)]
    runner = await bench.runner(library, cheap, dear, chains=chains, patience=0.0)
    tally = await runner.run()
    assert (tally.tagged, runner.halted_by) == (2, None)
    assert tally.courses[Course("chain:thrifty", ("cheap",), incomplete="outages")] == 1


async def test_a_cheap_service_that_is_away_makes_nothing_dear(bench: Any) -> None:
    """The run ends as it would with that tagger alone, and no money is spent."""
    library, (_, dear) = _library(b"sure", b"unsure"), _pair()
    cheap = MemoryTagger(_raises(TaggerBusyError), name="cheap")
    chains = [_cascade(cheap, dear)]
    runner = await bench.runner(library, cheap, dear, chains=chains, patience=0.0)
    tally = await runner.run()
    assert (tally.tagged, tally.failed, dear.calls) == (0, 0, 0)
    assert "chain:thrifty: cheap was down" in str(runner.halted_by)


def _cents(number: int) -> Budget:
    return Budget(Caps(run=Decimal(number) / 100))


_numbers = count()
_SAID = st.lists(st.sampled_from(NAMES), max_size=4, unique=True)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=st.lists(_SAID, min_size=2, max_size=4), enough=st.integers(1, 4))
async def test_as_many_are_asked_as_it_takes(
    bench: Any, said: list[list[str]], enough: int
) -> None:
    """In order, until together they are sure of enough; never one more, never one twice."""
    members = [MemoryTagger(says(*some), name=f"m{n}") for n, some in enumerate(said)]
    library = _library(b"%d" % next(_numbers))
    chains = [_cascade(*members, enough=enough)]
    await (await bench.runner(library, *members, chains=chains, same_run=True)).run()
    seen: set[str] = set()
    for member, some in zip(members, said, strict=True):
        assert member.calls == (len(seen) < enough)
        seen |= set(some) if len(seen) < enough else set()
    assert len(next(iter(library.photos.values())).tags) == len(seen)
