"""Calls to vision services: each is on record before it is made, and settled when it is over."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import asdict, dataclass
from decimal import Decimal

from sqlalchemy import Connection, bindparam, func, insert, select, update

from tagwright.errors import TaggerError
from tagwright.model import Usage
from tagwright.state import spending
from tagwright.state.answers import Question
from tagwright.state.schema import batch_items, calls, runs
from tagwright.state.spending import NANO

_CALL = update(calls).where(calls.c.id == bindparam("call"))
_RESERVED = select(calls.c.reserved, calls.c.run_id, calls.c.started_at).where(
    calls.c.id == bindparam("call")
)
_ATTEMPTS = select(
    func.coalesce(func.sum(calls.c.attempts).filter(calls.c.ended_at.is_not(None)), 0),
    func.count().filter(calls.c.ended_at.is_(None)),
).where(
    (calls.c.content_key == bindparam("content_key"))
    & (calls.c.recipe == bindparam("recipe"))
    & (calls.c.facts_key == bindparam("facts_key"))
)
_NOTHING = Usage(requests=1, cost=Decimal(0))


@dataclass(frozen=True, slots=True)
class Intent:
    """A call that is about to be made."""

    run_id: str
    asset_id: int
    question: Question
    tagger: str
    most: Decimal | None = Decimal(0)  # US dollars that it can cost; None: not known
    host: str | None = None  # where the picture goes; None: it stays on this machine
    sent_bytes: int | None = None
    sent_digest: str | None = None
    sent_facts: dict[str, object] | None = None


def begin(connection: Connection, intent: Intent, caps: spending.Caps) -> int:
    """Record that a call is about to be made, and set money aside for it.

    Returns:
        Its identifier.

    Raises:
        ShortError: a cap would be passed if it cost as much as it can. Nothing is recorded.
    """
    started = time.time()
    reserved = None if intent.most is None else int(intent.most * NANO)
    spending.commit(connection, intent.run_id, started, reserved or 0, caps)
    values = {
        "run_id": intent.run_id,
        "asset_id": intent.asset_id,
        "content_key": intent.question.content_key,
        "recipe": intent.question.recipe,
        "facts_key": intent.question.facts_key,
        "tagger": intent.tagger,
        "started_at": started,
        "reserved": reserved,
        "host": intent.host,
        "sent_bytes": intent.sent_bytes,
        "sent_digest": intent.sent_digest,
        "sent_facts": intent.sent_facts,
    }
    result = connection.execute(insert(calls), values)
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def answered(connection: Connection, call_id: int, usage: Usage, model: str) -> None:
    """Settle a call that brought an answer."""
    _settle(connection, call_id, usage, outcome="answered", attempts=usage.attempts, model=model)


def failed(connection: Connection, call_id: int, error: TaggerError, *, counts: bool) -> None:
    """Settle a call that brought nothing; ``counts`` says whether that is held against the photo.

    A failure of the service is taken to be free unless it says otherwise. Replies that came before
    it count in any case.
    """
    blamed = error.usage if counts else error.usage or _NOTHING
    usage = blamed or Usage(requests=1, cost=None)
    attempts = usage.attempts if counts else max(usage.attempts - 1, 0)
    _settle(connection, call_id, usage, outcome=error.error_class.value, attempts=attempts)


def attempts(connection: Connection, question: Question) -> tuple[int, int]:
    """Return how often an answer was asked for in vain, and how many calls were cut short.

    The latter are those under way when a process was killed: nobody knows what came of them.
    """
    in_vain, cut_short = connection.execute(_ATTEMPTS, asdict(question)).one()
    return int(in_vain), int(cut_short)


def reckon(connection: Connection) -> int:
    """Lower what is set aside for calls of killed runs to the dearest that came to an end.

    Nobody knows what they cost; but each was one request, and money set aside for all that could
    have followed would be kept from the user for ever. Where none came to an end, it stays.

    Returns:
        For how many calls that was done.
    """
    in_batch = batch_items.c.call_id.is_not(None) & batch_items.c.outcome.is_(None)
    cut_short = connection.execute(
        select(calls.c.id, calls.c.run_id, calls.c.started_at, calls.c.recipe, calls.c.reserved)
        .join(runs, runs.c.id == calls.c.run_id)
        .where(calls.c.ended_at.is_(None) & (runs.c.status == "killed") & (calls.c.reserved > 0))
        .where(calls.c.id.not_in(select(batch_items.c.call_id).where(in_batch)))
    ).all()
    dearest = _dearest(connection, {row.recipe for row in cut_short})
    lowered = 0
    for row in cut_short:
        most = dearest.get(row.recipe)
        if most and most < row.reserved:
            spending.settle(connection, row.run_id, row.started_at, row.reserved, most)
            connection.execute(_CALL, {"call": row.id, "reserved": most})
            lowered += 1
    return lowered


def _dearest(connection: Connection, recipes: Collection[str]) -> dict[str, int]:
    if not recipes:
        return {}
    query = (
        select(calls.c.recipe, func.max(calls.c.cost))
        .where(calls.c.recipe.in_(recipes) & calls.c.cost.is_not(None))
        .group_by(calls.c.recipe)
    )
    return {recipe: int(cost) for recipe, cost in connection.execute(query)}


def _settle(
    connection: Connection,
    call_id: int,
    usage: Usage,
    *,
    outcome: str,
    attempts: int,
    model: str | None = None,
) -> None:
    cost = None if usage.cost is None else int(usage.cost * NANO)
    row = connection.execute(_RESERVED, {"call": call_id}).one()
    spending.settle(connection, row.run_id, row.started_at, row.reserved or 0, cost)
    values = {
        "ended_at": time.time(),
        "outcome": outcome,
        "requests": usage.requests,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cost": cost,
        "attempts": attempts,
        "model": model,
    }
    connection.execute(_CALL, {"call": call_id, **values})
