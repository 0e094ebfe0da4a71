"""Fallback: the first tagger that gives an answer; the next one only where there is none."""

from __future__ import annotations

from collections.abc import Sequence

from tagwright.pipeline.asking import Desk
from tagwright.pipeline.consulting.chains import Chain, Course
from tagwright.pipeline.consulting.failures import PASSED_OVER, Failure, together
from tagwright.pipeline.consulting.talking import Said, Talk, reply
from tagwright.state.answers import Remembered

_AFTER = "after "  # begins a route by which one took another's place


async def fall_back(chain: Chain, desks: Sequence[Desk], talk: Talk, *, afresh: bool) -> Said:
    """Return one answer, or a refusal if none of the taggers takes this photo.

    Who took another's place before keeps it for that photo, so that nothing is asked anew when
    thresholds change; ``afresh``: it does not.

    Raises:
        TaggerError: another time one of them may answer.
    """
    if not afresh and (said := await _as_before(chain, desks, talk)) is not None:
        return said
    failures: list[Failure] = []
    for desk in desks:
        try:
            kept = await talk.ask(desk)
        except PASSED_OVER as exc:
            failures.append(Failure(desk.tagger.name, exc))
            continue
        return _answered(chain, desk, kept, failures)
    if _insists(desks, talk):
        return await fall_back(chain, desks, talk, afresh=afresh)
    return refused(chain, failures)


def refused(chain: Chain, failures: Sequence[Failure]) -> Said:
    """Return that nobody answers for this photo; raises where that may be otherwise later.

    It is no refusal where nobody who was shown the photo declined it.
    """
    asked = [one for one in failures if not one.fenced]
    error = together(chain.name, asked) if asked else None
    if error is not None and not any(one.final for one in failures):
        raise error
    open_ones = [one.kind for one in failures if not one.final]
    course = Course(chain.name, (), incomplete=open_ones[0] if open_ones else "")
    return Said(refusal=error if any(one.final for one in asked) else None, courses=[course])


async def _as_before(chain: Chain, desks: Sequence[Desk], talk: Talk) -> Said | None:
    routes = await talk.routes()
    for desk in desks[1:] if routes else ():
        kept = await talk.recall(desk)
        route = "" if kept is None else routes.get(kept.id, "")
        if kept is not None and kept.answer is not None and route.startswith(_AFTER):
            course = Course(chain.name, (desk.tagger.name,), after="earlier")
            note = f"{desk.tagger.name} has answered earlier, {route}"
            return Said([reply(desk, kept, route)], None, [course], [note])
    return None


def _answered(chain: Chain, desk: Desk, kept: Remembered, failures: Sequence[Failure]) -> Said:
    name = desk.tagger.name
    if not failures:
        return Said([reply(desk, kept)], None, [Course(chain.name, (name,))])
    course = Course(chain.name, (name,), after=failures[-1].kind)
    note = f"asked {name} because {' and '.join(one.full for one in failures)}"
    route = _AFTER + " and ".join(one.brief for one in failures)
    return Said([reply(desk, kept, route)], None, [course], [note])


def _insists(desks: Sequence[Desk], talk: Talk) -> bool:
    """Say whether only one is left, and it has not been waited for yet."""
    left = [desk for desk in desks if desk.out is None]
    return len(left) == 1 and talk.give_time(left[0])
