"""Answers: what the forms of the pages are sent to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from tagwright.errors import ConfigurationError, TaxonomyError
from tagwright.review import Choice, Order
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.naming import Names
from tagwright_plugins.review_page.desk import Desk
from tagwright_plugins.review_page.filtering import Chosen
from tagwright_plugins.review_page.forms import OWN, AtDesk, By, OnPages, Photos, Text
from tagwright_plugins.review_page.growing import How, grow
from tagwright_plugins.review_page.queue import concept_names

router = APIRouter(dependencies=[OWN])


@dataclass(frozen=True, slots=True)
class _Given:
    """An answer as it was sent."""

    choice: Choice
    concept: str
    asset_ids: list[int]
    back: str  # the photo that it is about alone, or empty


@router.post("/decide")
async def decide(
    request: Request,
    *,
    desk: AtDesk,
    pages: OnPages,
    chosen: By,
    concept: Text = "",
    choice: Text = "refine",
    photo: Photos = (),
    to: Text = "",
    name: Text = "",
    back: Text = "",
) -> Response:
    """Take an answer and go on to the next group."""
    given = _Given(_choice(choice), concept, list(photo), back)
    if not given.asset_ids:
        raise ConfigurationError("no photo was chosen.", cure="Go back and choose some.")
    other = to or None
    if given.choice in (Choice.REFINE, Choice.ADD) and other is None:
        try:
            other = _named(desk.taxonomy, name)
        except TaxonomyError as exc:
            return await pages.show(
                request,
                "name",
                status=422,
                chosen=chosen,
                given=given,
                name=name.strip(),
                problem=exc,
                concepts=concept_names(desk),
            )
    return await _go_on(desk, chosen, given, other)


@router.post("/name")
async def name_anew(
    *,
    desk: AtDesk,
    chosen: By,
    choice: Text,
    name: Text,
    how: Annotated[How, Form()],
    concept: Text = "",
    photo: Photos = (),
    where: Text = "",
    back: Text = "",
) -> Response:
    """Let the vocabulary grow by a concept or by a word for one, and answer with it."""
    given = _Given(_choice(choice), concept, list(photo), back)
    other = await grow(desk, [name], how, where)
    return await _go_on(desk, chosen, given, other)


@router.post("/undo")
async def undo(desk: AtDesk, chosen: By, batch: Text, back: Text = "") -> Response:
    """Take an answer back, and go on where that was asked for."""
    undone = await desk.undo(batch)
    if back == "decisions":
        return RedirectResponse("/decisions", 303)
    return RedirectResponse(chosen.address("/next", done=undone.id), 303)


def _choice(text: str) -> Choice:
    try:
        return Choice(text)
    except ValueError as exc:
        raise ConfigurationError(f"{text!r} is no answer.") from exc


def _named(taxonomy: Taxonomy, name: str) -> str:
    if not name.strip():
        raise ConfigurationError("no concept was named.", cure="Go back and choose one.")
    return Names(taxonomy).concept(name.strip())


async def _go_on(desk: Desk, chosen: Chosen, given: _Given, other: str | None) -> Response:
    if given.choice is Choice.ADD:
        order = Order(Choice.ADD, other or given.concept, given.asset_ids)
    else:
        to = other if given.choice is Choice.REFINE else None
        order = Order(given.choice, given.concept, given.asset_ids, to)
    if order.concept not in desk.taxonomy:
        raise ConfigurationError("the vocabulary has no such concept.")
    batch = await desk.decide(order)
    if given.back.isdecimal():
        return RedirectResponse(f"/photo/{given.back}", 303)
    return RedirectResponse(chosen.address("/next", done=batch.id), 303)
