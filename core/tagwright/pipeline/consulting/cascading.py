"""Cascade: cheap taggers first, a dear one only where they are not sure of enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tagwright.pipeline.asking import Desk
from tagwright.pipeline.consulting.chains import Chain, Course
from tagwright.pipeline.consulting.failures import PASSED_OVER, Failure
from tagwright.pipeline.consulting.falling_back import refused
from tagwright.pipeline.consulting.talking import Reply, Said, Talk, reply

_ON_FILE = "as its answer was on file"


async def cascade(chain: Chain, desks: Sequence[Desk], talk: Talk) -> Said:
    """Return the answers of as many taggers as it took to be sure.

    A tagger that is away or has no money left ends it: what was said so far stands. A dearer one
    takes the place only of one that declines the photo.

    Raises:
        TaggerError: nobody has answered, which may be otherwise later.
    """
    said = Said()
    failures: list[Failure] = []  # since the last reply
    sure: int | None = 0
    for desk in desks:
        if sure is None or sure >= chain.enough:
            said.replies += await _on_file(desk, talk)
            continue
        try:
            kept = await talk.ask(desk)
        except PASSED_OVER as exc:
            failures.append(Failure(desk.tagger.name, exc))
            if not failures[-1].final:
                break
            continue
        route = _route(desk, _doubts(said.replies, sure, chain.enough), failures, said)
        said.replies.append(reply(desk, kept, route))
        failures.clear()
        sure = talk.sure(said.replies)
    return _ended(chain, said, failures) if said.replies else refused(chain, failures)


async def _on_file(desk: Desk, talk: Talk) -> list[Reply]:
    """Return a dear answer that is paid for, though it would not be asked for now."""
    kept = await talk.recall(desk)
    if kept is None or kept.answer is None:
        return []
    return [reply(desk, kept, (await talk.routes()).get(kept.id, _ON_FILE))]


def _doubts(replies: Sequence[Reply], sure: int, enough: int) -> list[str]:
    if not replies:
        return []
    names = " and ".join(one.tagger for one in replies)
    verb = "was" if len(replies) == 1 else "were"
    noun = "concept" if sure == 1 else "concepts"
    return [f"{names} {verb} sure of {sure} {noun}, {enough} wanted"]


def _route(desk: Desk, doubts: list[str], failures: Sequence[Failure], said: Said) -> str:
    brief = [*doubts, *(one.brief for one in failures)]
    full = [*doubts, *(one.full for one in failures)]
    if not brief:
        return ""
    said.notes.append(f"asked {desk.tagger.name} because {' and '.join(full)}")
    return f"as {' and '.join(brief)}"


def _ended(chain: Chain, said: Said, failures: Sequence[Failure]) -> Said:
    taggers = tuple(one.tagger for one in said.replies)
    missed = next((one for one in failures if not one.final), None)
    course = Course(chain.name, taggers, incomplete=missed.kind if missed else "")
    for one in failures:
        said.notes.append(f"{' and '.join(taggers)} must do: {one.full}")
    if missed is None:
        return replace(said, courses=[course])
    doubt = f"without a second opinion, as {missed.brief}"
    replies = [
        replace(one, route="; ".join(filter(None, (one.route, doubt)))) for one in said.replies
    ]
    return replace(said, replies=replies, courses=[course])
