"""Answers of people to groups of suggestions, and taking them back."""

from __future__ import annotations

from sqlalchemy import Connection

from tagwright.errors import ConfigurationError, TaxonomyError
from tagwright.model import Choice
from tagwright.state import decisions, runs
from tagwright.state.decisions import Batch, Order, Session
from tagwright.taxonomy import Taxonomy


def begin(connection: Connection, owner: str, source: str) -> Session:
    """Begin a sitting as a run of its own, in whose name tags are written.

    It is ended by :func:`tagwright.state.runs.end`.
    """
    return Session(runs.begin(connection, "review", owner, {"source": source}), source)


def decide(connection: Connection, taxonomy: Taxonomy, session: Session, order: Order) -> Batch:
    """Record an answer to one concept on some photos.

    The library follows when a :class:`~tagwright.review.Writer` is next at work. What the photos
    are is taken as given: it is what the person was shown.

    Accepted, a suggestion becomes a tag; rejected, it never comes back on these photos. Refined,
    another concept takes its place. Skipped, it comes last until another answer makes it more or
    less sure. A tag of the person's own can be added to any photo that was visited once.

    Raises:
        TaxonomyError: the concept cannot be a tag, or a refinement names none or the same.
    """
    if order.choice in (Choice.ACCEPT, Choice.ADD):
        _check(taxonomy, order.concept)
    if order.choice is Choice.REFINE:
        if order.to_concept is None or order.to_concept == order.concept:
            msg = "a refinement needs another concept."
            raise TaxonomyError(msg, cure="Name one, or accept the suggestion as it is.")
        _check(taxonomy, order.to_concept)
    return decisions.record(connection, session, order)


def undo(connection: Connection, batch: str | None = None, *, session: str | None = None) -> Batch:
    """Take an answer back, whatever was decided since; None: the last one, of a session if given.

    Raises:
        ConfigurationError: there is none that was not taken back already.
    """
    if batch is None:
        newest = decisions.batches(connection, 1, session=session, undone=False)
        batch = newest[0].id if newest else ""
    found = decisions.undo(connection, batch)
    if found is None:
        raise ConfigurationError("there is no such decision to take back.")
    return found


def _check(taxonomy: Taxonomy, concept: str) -> None:
    if taxonomy[concept].group:
        msg = f"{taxonomy.label(concept)!r} is a group, which is never a tag."
        raise TaxonomyError(msg, cure="Name a concept below it.")
