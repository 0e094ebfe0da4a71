"""Fallback: the first tagger that gives an answer; the next one only where there is none."""

from __future__ import annotations

from collections.abc import Sequence

from tagwright.pipeline.asking import Desk
from tagwright.pipeline.chains import Chain, Course
from tagwright.pipeline.failures import PASSED_OVER, Failure, together
from tagwright.pipeline.talking import Said, Talk, reply
from tagwright.state.answers import Remembered


async def fall_back(chain: Chain, desks: Sequence[Desk], talk: Talk, *, afresh: bool) -> Said:
    """Return one answer, or a refusal if none of the taggers takes this photo.

    An answer on file, whoever gave it, goes before a question; ``afresh``: it does not.

    Raises:
        TaggerError: another time one of them may answer.
    """
    failures: list[Failure] = []
    for desk in desks if afresh else await _on_file(desks, talk) or desks:
        try:
            kept = await talk.ask(desk)
        except PASSED_OVER as exc:
            failures.append(Failure(desk.tagger.name, exc))
            continue
        if desk is desks[0]:
            course = Course(chain.name, (desk.tagger.name,))
            return Said([reply(desk, kept)], courses=[course])
        return await _second_choice(chain, desk, kept, failures, talk)
    if _insists(desks, talk):
        return await fall_back(chain, desks, talk, afresh=afresh)
    return refused(chain, failures)


def refused(chain: Chain, failures: Sequence[Failure]) -> Said:
    """Return that nobody answers for this photo; raises where that may be otherwise later."""
    error = together(chain.name, failures)
    if not any(one.final for one in failures):
        raise error
    open_ones = [one.kind for one in failures if not one.final]
    course = Course(chain.name, (), incomplete=open_ones[0] if open_ones else "")
    return Said(refusal=error, courses=[course])


async def _on_file(desks: Sequence[Desk], talk: Talk) -> list[Desk]:
    """Return those who have been asked about the photo before, if one of them answered."""
    known = [(desk, kept) for desk in desks if (kept := await talk.recall(desk)) is not None]
    return [desk for desk, _ in known] if any(kept.answer for _, kept in known) else []


async def _second_choice(
    chain: Chain, desk: Desk, kept: Remembered, failures: Sequence[Failure], talk: Talk
) -> Said:
    name = desk.tagger.name
    if not failures:
        route = await talk.earlier_route(kept)
        note = f"{name} has answered before: {route}"
        return Said([reply(desk, kept, route)], None, [Course(chain.name, (name,))], [note])
    route = f"after {' and '.join(one.brief for one in failures)}"
    note = f"asked {name} because {' and '.join(one.full for one in failures)}"
    course = Course(chain.name, (name,), after=failures[-1].kind)
    return Said([reply(desk, kept, route)], None, [course], [note])


def _insists(desks: Sequence[Desk], talk: Talk) -> bool:
    """Say whether nobody is left but one that was not waited for; from now on it is."""
    left = [desk for desk in desks if desk.out is None]
    if len(left) != 1 or not left[0].hasty:
        return False
    left[0].hasty = False
    talk.forget_failure(left[0])
    return True
