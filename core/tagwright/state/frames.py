"""Frames of bursts: when each picture was taken, with what, and how it looks."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from tagwright.state.answers import Question
from tagwright.state.schema import answers, assets, frames

_SELF = delete(frames).where(frames.c.content_key == bindparam("content_key"))
_NAME = (
    select(func.min(assets.c.name))
    .where(assets.c.content_key == frames.c.content_key)
    .scalar_subquery()
)
_ANSWERED = (
    select(answers.c.id, frames.c.content_key, frames.c.look, _NAME.label("name"))
    .join(answers, answers.c.content_key == frames.c.content_key)
    .where(
        frames.c.series == bindparam("series"),
        frames.c.taken_at.between(bindparam("since"), bindparam("until")),
        frames.c.content_key != bindparam("content_key"),
        answers.c.recipe == bindparam("recipe"),
        answers.c.facts_key == bindparam("facts_key"),
        answers.c.outcome == "answered",
        answers.c.shared_from.is_(None),
    )
    .order_by(func.abs(frames.c.taken_at - bindparam("taken_at")), answers.c.id)
)


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture that may be one of a burst."""

    content_key: str
    look: str
    series: str  # what frames of one burst have in common
    taken_at: float  # s, on the camera's clock


@dataclass(frozen=True, slots=True)
class Original:
    """Another frame with an answer of its own."""

    answer_id: int
    content_key: str
    look: str
    name: str | None  # of the photo; None: it is gone


def keep(connection: Connection, frame: Frame) -> None:
    """Remember a frame in place of what was known of the same picture."""
    connection.execute(_SELF, {"content_key": frame.content_key})
    connection.execute(insert(frames), asdict(frame))


def originals(
    connection: Connection, frame: Frame, question: Question, seconds: float
) -> list[Original]:
    """Return the others of its series that were asked the same, nearest in time first.

    They were taken at most so many ``seconds`` before or after it.
    """
    bounds = {"since": frame.taken_at - seconds, "until": frame.taken_at + seconds}
    asked = {"recipe": question.recipe, "facts_key": question.facts_key}
    rows = connection.execute(_ANSWERED, asdict(frame) | bounds | asked)
    return [Original(row.id, row.content_key, row.look, row.name) for row in rows]
