"""A chain of taggers: the next one where one gives no answer, each at most once a photo."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tagwright.errors import (
    BudgetError,
    TaggerAnswerError,
    TaggerBusyError,
    TaggerError,
    TaggerRefusedError,
    TaggerSetupError,
)
from tagwright.model import Answer, Facts, Rendition
from tagwright.pipeline.consulting.chains import Chain, Course
from tagwright.policy import Policy
from tagwright.state.schema import answers, visit_answers
from tagwright_adapters.memory import (
    MemoryLibrary,
    MemoryPhoto,
    MemoryTagger,
    Script,
    says,
)

CAT, DOG = ("Animals", "Cat"), ("Animals", "Dog")


def _library(count: int) -> MemoryLibrary:
    return MemoryLibrary({f"p/{n:03d}.jpg": MemoryPhoto(b"picture %d" % n) for n in range(count)})


def _fails(error: type[TaggerError], *pictures: bytes, name: str = "first") -> MemoryTagger:
    """Return a tagger that fails for some pictures, or for all, and sees a cat in the others."""

    def script(rendition: Rendition, facts: Facts) -> Answer:
        if not pictures or rendition.data in pictures:
            raise error("not this one, please")
        return says("cat")(rendition, facts)

    return MemoryTagger(script, name=name)


def _second(name: str = "second") -> MemoryTagger:
    return MemoryTagger(says("dog"), name=name)


def _chain(*members: MemoryTagger) -> Chain:
    return Chain("chain:cloud", tuple(one.name for one in members), "fallback")


async def _stored(bench: Any) -> Any:
    query = select(answers.c.tagger, answers.c.outcome).order_by(answers.c.id)
    return await bench.lane(lambda c: [tuple(row) for row in c.execute(query)])


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TaggerRefusedError, "first refused"),
        (TaggerAnswerError, "first gave no usable answer"),
    ],
)
async def test_the_next_one_is_asked_where_one_declines(
    bench: Any, error: type[TaggerError], words: str
) -> None:
    """Only for those photos; each reason says so, and a second run asks nobody."""
    library, first, second = _library(3), _fails(error, b"picture 1"), _second()
    chains = [_chain(first, second)]
    tally = await (await bench.runner(library, first, second, chains=chains)).run()
    assert [photo.tags for photo in library.photos.values()] == [[CAT], [DOG], [CAT]]
    assert (first.calls, second.calls, tally.tagged) == (3, 1, 3)
    (result,) = [one for one in bench.results if one.ref.reference == "p/001.jpg"]
    assert result.suggestions[0].why[0].note.endswith(f"; after {words}")
    assert result.notes == (f"asked second because {words}: not this one, please",)
    await (await bench.runner(library, first, second, chains=chains)).run()
    await (await bench.runner(library, first, second, chains=chains, force=True)).run()
    assert (first.calls, second.calls) == (3, 1)


async def test_runs_count_who_answered(bench: Any) -> None:
    """By chain, tagger and what made it necessary."""
    library, first, second = _library(4), _fails(TaggerRefusedError, b"picture 1"), _second()
    tally = await (await bench.runner(library, first, second, chains=[_chain(first, second)])).run()
    assert tally.courses == {
        Course("chain:cloud", ("first",)): 3,
        Course("chain:cloud", ("second",), "refusals"): 1,
    }


async def test_a_service_that_is_down_is_not_waited_for(bench: Any) -> None:
    """Its photos go to the next one, and it is not tried for each of them."""
    library, first, second = _library(40), _fails(TaggerBusyError), _second()
    runner = await bench.runner(library, first, second, chains=[_chain(first, second)])
    tally = await runner.run()
    assert (tally.tagged, second.calls, runner.halted_by) == (40, 40, None)
    assert first.calls < 20
    assert tally.courses == {Course("chain:cloud", ("second",), "outages"): 40}


async def test_a_tagger_without_money_is_out_for_the_run(bench: Any) -> None:
    """And the run goes on without it."""
    library, first, second = _library(20), _fails(BudgetError), _second()
    runner = await bench.runner(library, first, second, chains=[_chain(first, second)])
    tally = await runner.run()
    assert (tally.tagged, runner.halted_by) == (20, None)
    assert first.calls < 10  # those that were under way, and not one more
    assert bench.results[-1].suggestions[0].why[0].note.endswith("after first was out of budget")


async def test_a_wrong_key_ends_the_run(bench: Any) -> None:
    """It is a mistake to be mended, not a reason to pay another one."""
    first, second = _fails(TaggerSetupError), _second()
    runner = await bench.runner(_library(9), first, second, chains=[_chain(first, second)])
    await runner.run()
    assert isinstance(runner.halted_by, TaggerSetupError)
    assert second.calls == 0


async def test_where_nobody_answers_each_is_named(bench: Any) -> None:
    """The photo is refused, for good."""
    first, second = _fails(TaggerRefusedError), _fails(TaggerAnswerError, name="second")
    library, chains = _library(2), [_chain(first, second)]
    tally = await (await bench.runner(library, first, second, chains=chains)).run()
    assert tally.refused == 2
    text = str(bench.results[0].error)
    assert "chain:cloud: first refused: not this one, please; second gave no usable" in text
    tally = await (await bench.runner(library, first, second, chains=chains)).run()
    assert (tally.queued, first.calls, second.calls) == (0, 2, 2)


async def test_a_refusal_is_not_the_last_word_while_another_is_out(bench: Any) -> None:
    """The run goes on; a later one asks who had no money, and nobody else."""
    poor, second = _fails(BudgetError), _fails(TaggerRefusedError, b"picture 1", name="second")
    library, chains = _library(3), [_chain(poor, second)]
    tally = await (await bench.runner(library, poor, second, chains=chains)).run()
    assert (tally.tagged, tally.refused) == (2, 1)
    asked = second.calls
    rich = MemoryTagger(says("car"), name="first")
    tally = await (await bench.runner(library, rich, second, chains=chains)).run()
    assert (tally.unchanged, tally.tagged, rich.calls, second.calls) == (2, 1, 1, asked)
    assert library.photos["p/001.jpg"].tags == [("Car",)]


async def test_the_run_stops_where_nobody_has_money_left(bench: Any) -> None:
    """And says so of each."""
    first, second = _fails(BudgetError), _fails(BudgetError, name="second")
    runner = await bench.runner(_library(9), first, second, chains=[_chain(first, second)])
    tally = await runner.run()
    assert isinstance(runner.halted_by, BudgetError)
    assert "first was out of budget: not this one, please; second was" in str(runner.halted_by)
    assert (tally.failed, tally.refused) == (0, 0)


async def test_who_took_anothers_place_keeps_it(bench: Any) -> None:
    """So that changed thresholds cost nothing; the reason for it is still told."""
    library, first, second = _library(2), _fails(TaggerBusyError), _second()
    chains = [_chain(first, second)]
    await (await bench.runner(library, first, second, chains=chains)).run()
    back = MemoryTagger(says("cat"), name="first")
    policy = Policy(apply=0.7)
    await (await bench.runner(library, back, second, chains=chains, policy=policy)).run()
    assert (back.calls, second.calls) == (0, 2)
    assert bench.results[0].suggestions[0].why[0].note.endswith("; after first was down")
    runner = await bench.runner(library, back, second, chains=chains, force=True, reask=True)
    await runner.run()
    assert (back.calls, second.calls) == (2, 2)


async def test_another_chain_pays_nothing_twice(bench: Any) -> None:
    """Answers belong to taggers, not to chains."""
    library, first, second = _library(3), _fails(TaggerRefusedError, b"picture 1"), _second()
    await (await bench.runner(library, second)).run()
    await (await bench.runner(library, first, second, chains=[_chain(first, second)])).run()
    await (await bench.runner(library, second, first, chains=[_chain(second, first)])).run()
    assert (first.calls, second.calls) == (3, 3)


async def test_a_tagger_in_two_chains_is_asked_once(bench: Any) -> None:
    """By itself, and in two chains; also where it fails."""
    library, first, second = _library(3), _fails(TaggerRefusedError, b"picture 1"), _second()
    chains = [Chain.alone("second"), _chain(first, second)]
    chains.append(Chain("chain:other", ("first", "second"), "fallback"))
    tally = await (await bench.runner(library, first, second, chains=chains)).run()
    assert (first.calls, second.calls, tally.tagged) == (3, 3, 3)
    names = [sorted(name for name, _ in one.answers) for one in bench.results]
    assert sorted(names) == [["first", "second"], ["first", "second"], ["second"]]


async def test_who_was_asked_by_another_chain_took_nobodys_place(bench: Any) -> None:
    """A cascade has its own reasons to ask the same tagger."""
    library, first, second = _library(1), MemoryTagger(says("cat"), name="first"), _second()
    cheap = MemoryTagger(says(), name="cheap")
    cascade = Chain("chain:thrifty", ("cheap", "second"), "cascade", 1)
    for policy in (Policy(), Policy(apply=0.7)):
        runner = await bench.runner(
            library, first, second, cheap, chains=[_chain(first, second), cascade], policy=policy
        )
        await runner.run()
        assert [name for name, _ in bench.results[0].answers] == ["first", "cheap", "second"]


async def test_what_is_left_is_waited_for(bench: Any) -> None:
    """Once nobody else has money, the first one is as patient as if it stood alone."""
    failures = iter([TaggerBusyError("a hiccup")])

    def script(rendition: Rendition, facts: Facts) -> Answer:
        for error in failures:
            raise error
        return says("cat")(rendition, facts)

    library = _library(2)
    first = MemoryTagger(script, name="first", concurrency=1)
    second = _fails(BudgetError, name="second")
    tally = await (await bench.runner(library, first, second, chains=[_chain(first, second)])).run()
    assert tally.tagged == 2


async def test_routes_are_kept_with_the_visit(bench: Any) -> None:
    """One stored answer a photo, with why its tagger was asked."""
    library, first, second = _library(2), _fails(TaggerRefusedError, b"picture 1"), _second()
    await (await bench.runner(library, first, second, chains=[_chain(first, second)])).run()
    query = select(visit_answers.c.route).order_by(visit_answers.c.route)
    assert await bench.lane(lambda c: list(c.scalars(query))) == ["", "after first refused"]
    assert sorted(await _stored(bench)) == [
        ("first", "answered"),
        ("first", "refused"),
        ("second", "answered"),
    ]


_FINAL = (TaggerRefusedError, TaggerAnswerError)
_KINDS = st.sampled_from((None, *_FINAL, TaggerBusyError, BudgetError))  # None: it answers
_LAST = st.sampled_from((None, *_FINAL))
_numbers = count()


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(kinds=st.lists(_KINDS, min_size=1, max_size=4), last=_LAST, twins=st.booleans())
async def test_the_first_that_answers_is_the_answer(
    bench: Any, kinds: list[Any], last: Any, twins: bool
) -> None:
    """Whatever the others do; and nobody is asked about the same photo twice."""
    outcomes = [*kinds, last]
    asked: list[int] = []

    def script(number: int) -> Script:
        def observe(rendition: Rendition, facts: Facts) -> Answer:
            asked.append(number)
            if outcomes[number] is not None:
                raise outcomes[number]("not this one")
            return says("cat")(rendition, facts)

        return observe

    members = [MemoryTagger(script(n), name=f"m{n}") for n in range(len(outcomes))]
    picture = b"%d" % next(_numbers)
    names = ["a.jpg", "b.jpg"] if twins else ["a.jpg"]
    library = MemoryLibrary({f"{picture.decode()}/{one}": MemoryPhoto(picture) for one in names})
    runner = await bench.runner(library, *members, chains=[_chain(*members)], same_run=True)
    await runner.run()
    first = next((n for n, kind in enumerate(outcomes) if kind is None), None)
    assert runner.halted_by is None
    for result in bench.results:
        assert [name for name, _ in result.answers] == ([] if first is None else [f"m{first}"])
        assert result.status == ("refused" if first is None else "tagged")
    final = [n for n in asked if n == first or outcomes[n] in _FINAL]
    assert len(final) == len(set(final))
    assert twins or len(asked) == len(set(asked))
    assert first is None or set(asked) <= set(range(first + 1))
