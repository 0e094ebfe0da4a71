"""Batches: work that was handed to a service, and what came of each photo in it.

A batch and its photos are on record before anything goes out. So a crash at any moment leaves
either a batch that was never sent, or one that can be looked up at the service.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, or_, select, update

from tagwright.errors import (
    ErrorClass,
    TaggerAnswerError,
    TaggerError,
    TaggerUnavailableError,
)
from tagwright.model import Answer, Usage
from tagwright.state import answers, calls
from tagwright.state.answers import Question
from tagwright.state.calls import Intent
from tagwright.state.schema import batch_items, batches, recipes, runs
from tagwright.state.spending import Caps

OPEN = ("preparing", "submitting", "submitted")
_FREE = Usage(requests=0, attempts=0)

_BATCH = update(batches).where(batches.c.id == bindparam("batch"))
_ITEM = (batch_items.c.batch_id == bindparam("batch")) & (
    batch_items.c.custom_id == bindparam("custom")
)
_WAITING = select(batch_items).where(_ITEM & batch_items.c.outcome.is_(None))
_SETTLED = update(batch_items).where(_ITEM)
_LEFT = select(batch_items.c.custom_id).where(
    (batch_items.c.batch_id == bindparam("batch")) & batch_items.c.outcome.is_(None)
)
_RUNNING = select(batches.c.id, batches.c.recipe).where(
    batches.c.status.in_(OPEN)
    & or_(
        batches.c.recipe == bindparam("recipe"),
        batches.c.recipe.in_(
            select(recipes.c.key).where(
                (recipes.c.family == bindparam("family")) & (recipes.c.family != "")
            )
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch, as remembered."""

    id: int
    run_id: str
    owner: str  # the process that made it
    tagger: str
    recipe: str
    service_id: str | None
    status: str
    created_at: float  # s since the epoch, as all times here
    submitted_at: float | None
    expires_at: float | None
    ended_at: float | None
    outcomes: Mapping[str, int]  # photos by what came of them; empty key: under way

    @property
    def size(self) -> int:
        """How many photos are in it."""
        return sum(self.outcomes.values())

    @property
    def label(self) -> str:
        """What it is called at the service, where that keeps a name of ours."""
        return label(self.run_id, self.id)


def label(run_id: str, batch_id: int) -> str:
    """Return what a batch is called at the service."""
    return f"{run_id}-{batch_id}"


def custom_id(question: Question) -> str:
    """Return our identifier of a question within its batch; it tells nothing of the photo."""
    parts = (question.content_key, question.recipe, question.facts_key)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]


def add(connection: Connection, batch_id: int | None, intent: Intent, caps: Caps) -> int | None:
    """Put a photo into a batch, or into a new one, and its call on record.

    Returns:
        The number of the batch; None: the question is under way already, and nothing was done.

    Raises:
        ShortError: a cap would be passed. Nothing is recorded.
    """
    if holds(connection, intent.question):
        return None
    call = calls.begin(connection, intent, caps)
    number = _begin(connection, intent) if batch_id is None else batch_id
    connection.execute(
        insert(batch_items).values(
            batch_id=number,
            custom_id=custom_id(intent.question),
            asset_id=intent.asset_id,
            content_key=intent.question.content_key,
            facts_key=intent.question.facts_key,
            call_id=call,
        )
    )
    return number


def is_open(connection: Connection, recipe: str, family: str) -> bool:
    """Say whether any batch is under way whose answers would do for this recipe."""
    return connection.execute(_RUNNING, {"recipe": recipe, "family": family}).first() is not None


def holds(connection: Connection, question: Question) -> bool:
    """Say whether the answer to a question, or one that would do for it, is under way."""
    keys = {"recipe": question.recipe, "family": question.family}
    for row in connection.execute(_RUNNING, keys).all():
        same = Question(question.content_key, row.recipe, question.facts_key)
        if connection.execute(_WAITING, {"batch": row.id, "custom": custom_id(same)}).first():
            return True
    return False


def submitting(connection: Connection, batch_id: int) -> None:
    """Note that a batch is about to be handed over: from now on the service may have it."""
    values = {"status": "submitting", "submitted_at": time.time()}
    connection.execute(_BATCH, {"batch": batch_id, **values})


def submitted(connection: Connection, batch_id: int, service_id: str) -> None:
    """Note that the service has a batch."""
    connection.execute(_BATCH, {"batch": batch_id, "status": "submitted", "service_id": service_id})


def expires(connection: Connection, batch_id: int, at: float) -> None:
    """Note when the service gives up what it has not answered."""
    connection.execute(_BATCH, {"batch": batch_id, "expires_at": at})


def answered(connection: Connection, batch: Batch, custom: str, answer: Answer) -> bool:
    """Keep an answer and settle its call; False: nobody waits for it."""
    row = connection.execute(_WAITING, {"batch": batch.id, "custom": custom}).mappings().first()
    if row is None:
        return False
    answers.keep_answer(connection, _question(batch, row), batch.tagger, answer)
    calls.answered(connection, row["call_id"], answer.usage, answer.model)
    connection.execute(_SETTLED, {"batch": batch.id, "custom": custom, "outcome": "answered"})
    return True


def failed(
    connection: Connection, batch: Batch, custom: str, error: TaggerError, attempts: int
) -> bool:
    """Settle a photo without an answer; False: nobody waits for it.

    What was refused, or is asked for in vain for the last of ``attempts`` times, is remembered.
    """
    row = connection.execute(_WAITING, {"batch": batch.id, "custom": custom}).mappings().first()
    if row is None:
        return False
    final = error.error_class in (ErrorClass.REFUSED, ErrorClass.PERMANENT) and not error.stops_run
    calls.failed(connection, row["call_id"], error, counts=final)
    question = _question(batch, row)
    # A reply that cannot be read was paid for, and may be better the next time.
    paid = error.usage is not None and error.usage.cost != 0
    again = error.error_class is ErrorClass.PERMANENT and paid
    if final and not (again and sum(calls.attempts(connection, question)) < attempts):
        answers.keep_refusal(connection, question, batch.tagger, error)
    outcome = error.error_class.value if not final else "failed"
    if error.error_class is ErrorClass.REFUSED:
        outcome = "refused"
    connection.execute(_SETTLED, {"batch": batch.id, "custom": custom, "outcome": outcome})
    return True


def end(connection: Connection, batch: Batch, status: str, *, paid: bool = False) -> int:
    """Close a batch; return how many photos were left unanswered, which count as not asked.

    ``paid`` says that they may have been paid for: then what was set aside for them stays so.
    """
    left = connection.scalars(_LEFT, {"batch": batch.id}).all()
    error = TaggerAnswerError() if paid else TaggerUnavailableError()
    error.usage = None if paid else _FREE
    for custom in left:
        row = connection.execute(_WAITING, {"batch": batch.id, "custom": custom}).mappings().one()
        calls.failed(connection, row["call_id"], error, counts=paid)
        connection.execute(_SETTLED, {"batch": batch.id, "custom": custom, "outcome": status})
    connection.execute(_BATCH, {"batch": batch.id, "status": status, "ended_at": time.time()})
    return len(left)


def find(connection: Connection, batch_id: int) -> Batch | None:
    """Return a batch by its number."""
    found = _find(connection, batches.c.id == batch_id, 1)
    return found[0] if found else None


def open_ones(connection: Connection) -> list[Batch]:
    """Return the batches that are under way, oldest first."""
    return _find(connection, batches.c.status.in_(OPEN), None)


def recent(connection: Connection, limit: int) -> list[Batch]:
    """Return the newest batches, oldest first."""
    newest = select(batches.c.id).order_by(batches.c.id.desc()).limit(limit)
    return _find(connection, batches.c.id.in_(newest), limit)


def service_ids(connection: Connection, tagger: str) -> frozenset[str]:
    """Return the names of all batches that we know at a service."""
    names = select(batches.c.service_id).where(
        (batches.c.tagger == tagger) & batches.c.service_id.is_not(None)
    )
    return frozenset(connection.scalars(names))


def configuration(connection: Connection, batch: Batch) -> Mapping[str, object]:
    """Return the configuration under which a batch was made."""
    found: Mapping[str, object] = connection.execute(
        select(runs.c.configuration).where(runs.c.id == batch.run_id)
    ).scalar_one()
    return found


def _find(connection: Connection, where: object, limit: int | None) -> list[Batch]:
    query = select(batches, runs.c.owner).join(runs, runs.c.id == batches.c.run_id)
    query = query.where(where).order_by(batches.c.id).limit(limit)  # type: ignore[arg-type]  # any clause
    rows = connection.execute(query).mappings().all()
    counted = _outcomes(connection, [row["id"] for row in rows])
    return [
        Batch(**{name: row[name] for name in _COLUMNS}, outcomes=counted.get(row["id"], {}))
        for row in rows
    ]


def _outcomes(connection: Connection, ids: Collection[int]) -> dict[int, dict[str, int]]:
    query = (
        select(batch_items.c.batch_id, batch_items.c.outcome, func.count())
        .where(batch_items.c.batch_id.in_(ids))
        .group_by(batch_items.c.batch_id, batch_items.c.outcome)
    )
    counted: dict[int, dict[str, int]] = {}
    for batch_id, outcome, number in connection.execute(query):
        counted.setdefault(batch_id, {})[outcome or ""] = number
    return counted


def _begin(connection: Connection, intent: Intent) -> int:
    values = {
        "run_id": intent.run_id,
        "tagger": intent.tagger,
        "recipe": intent.question.recipe,
        "status": "preparing",
        "created_at": time.time(),
    }
    key = connection.execute(insert(batches).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def _question(batch: Batch, row: RowMapping) -> Question:
    return Question(row["content_key"], batch.recipe, row["facts_key"])


_COLUMNS = tuple(name for name in Batch.__dataclass_fields__ if name != "outcomes")
