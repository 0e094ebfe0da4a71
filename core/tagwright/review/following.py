"""What a library needs in order to follow decisions on one asset; looks at the state only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row

from tagwright.errors import AssetError
from tagwright.model import Facts, Outcome, Tag
from tagwright.pipeline.photo import Known, Visiting, feedback
from tagwright.ports import Withdrawal
from tagwright.state import decisions, deriving, following, ledger, undoing
from tagwright.state.following import Task
from tagwright.state.undoing import Undoable
from tagwright.taxonomy import Taxonomy

BY_PERSON = "accepted by a person"


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes of one asset."""

    known: Known
    revert: Undoable | None  # writes that can be taken back exactly
    add: tuple[Tag, ...]
    withdraw: Withdrawal


def plan(connection: Connection, task: Task, now: Visiting, taxonomy: Taxonomy) -> Plan:
    """Compare the decisions in force with what stands on the asset.

    Args:
        connection: To the state.
        task: The asset and the concepts that were decided on.
        now: The asset as it is.
        taxonomy: The user's vocabulary.

    Raises:
        AssetError: a concept that was accepted is no longer in the vocabulary.
        InHandError: another run is writing to it.
    """
    facts = now.facts
    force = decisions.in_force(connection, task.asset_id, task.concepts)
    wanted = {c for c in task.concepts if _is_wanted(connection, task, c, force)}
    _forget_what_went(connection, task, facts, task.concepts - wanted)
    known = feedback(connection, task.asset_id, task.content_key, now, taxonomy)
    remove = {c for c in known.standing if c in task.concepts and c not in wanted}
    missing = {c for c in wanted if c not in known.standing}
    revert = _revert(connection, task, remove, missing, undone=task.concepts - force.keys())
    taken = {tag.concept for one in _receipts(revert) for tag in one.written}
    put_back = {tag.concept for one in _receipts(revert) for tag in one.withdrawn}
    add = tuple(_tag(force[c], taxonomy) for c in sorted(missing - put_back) if c in force)
    people = set(facts.tags)
    return Plan(
        known,
        revert,
        tuple(tag for tag in add if tag.path not in people),
        ledger.withdrawal(connection, task.asset_id, remove - taken),
    )


def _is_wanted(
    connection: Connection, task: Task, concept: str, force: Mapping[str, Row[Any]]
) -> bool:
    """Say whether a tag is to stand: by a decision, else as it was before there was any."""
    if concept in force:
        return decisions.is_for(force[concept].choice)
    return decisions.base(connection, task.asset_id, concept) == Outcome.APPLIED.value


def _forget_what_went(
    connection: Connection, task: Task, facts: Facts, unwanted: Collection[str]
) -> None:
    """Note as gone what a crash kept us from noting: no person deleted that."""
    standing = ledger.standing(connection, task.asset_id)
    went = [c for c in unwanted if c in standing and standing[c] not in facts.tags]
    ledger.gone(connection, task.asset_id, went)


def _revert(
    connection: Connection,
    task: Task,
    remove: Collection[str],
    missing: Collection[str],
    undone: Collection[str],
) -> Undoable | None:
    """Return the writes that did nothing but what is now to be undone."""
    ids = set()
    for concept in undone:
        entry = following.newest_entry(connection, task.asset_id, concept)
        if entry is not None:
            ids.add(entry.receipt_id if concept in remove else entry.withdrawn_by)
    found = undoing.of_writes(connection, task.asset_id, ids - {None})
    exact = [
        (number, one)
        for number, one in zip(found.receipt_ids, found.receipts, strict=True)
        if {tag.concept for tag in one.written} <= set(remove)
        and {tag.concept for tag in one.withdrawn} <= set(missing)
        and not (one.given or one.taken)
    ]
    if not exact:
        return None
    numbers, some = zip(*exact, strict=True)
    return replace(found, receipt_ids=numbers, receipts=some)


def _receipts(revert: Undoable | None) -> tuple[Any, ...]:
    return revert.receipts if revert else ()


def _tag(row: Row[Any], taxonomy: Taxonomy) -> Tag:
    if row.concept not in taxonomy:
        msg = f"the concept {row.concept!r} is no longer in the vocabulary."
        raise AssetError(msg, cure="Put it back, or take the decision back.")
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    path = taxonomy.path(row.concept)
    return Tag(row.concept, path, round(row.confidence, 3), _by(row), row.session, now)


def _by(row: Row[Any]) -> str:
    """Say whose the tag is, and that a person decided."""
    if not row.tagger:
        return deriving.PERSON
    name = row.tagger if not row.model or row.model in row.tagger else f"{row.tagger} ({row.model})"
    return f"{name}, {BY_PERSON}"
