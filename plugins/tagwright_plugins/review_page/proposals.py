"""Proposals: labels that no concept covers, to be adopted, made words for a concept, or ignored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from tagwright.configuration.binding import make_policy
from tagwright.errors import ConfigurationError
from tagwright.pipeline import Judge
from tagwright.proposals import proposals, similar, spellings
from tagwright.state import labels, queue
from tagwright.taxonomy.labels import fold
from tagwright_plugins.cli.assembly import make_mapping
from tagwright_plugins.review_page import commands
from tagwright_plugins.review_page.desk import Desk
from tagwright_plugins.review_page.forms import OWN, AtDesk, OnPages, Text
from tagwright_plugins.review_page.growing import How, grow
from tagwright_plugins.review_page.queue import concept_names

router = APIRouter(prefix="/proposals")

_SHOWN = 100
_EXAMPLES = 6


@dataclass(frozen=True, slots=True)
class _Said:
    """A label that taggers said."""

    label: str
    photos: int
    examples: list[int]  # identifiers of photos


@router.get("")
async def show_proposals(request: Request, desk: AtDesk, pages: OnPages) -> Response:
    """Show labels that no concept covers, on most photos first."""
    found = await desk.state.lane(lambda c: proposals(c, _judge(desk)))
    return await pages.show(request, "proposals", proposals=found[:_SHOWN], total=len(found))


@router.post("/ignore", dependencies=[OWN])
async def ignore(desk: AtDesk, label: Text) -> Response:
    """Propose a label no more."""
    await desk.state.lane(lambda c: labels.ignore(c, list(filter(None, [fold(label)]))))
    return RedirectResponse("/proposals", 303)


@router.get("/label")
async def show_label(request: Request, desk: AtDesk, pages: OnPages, label: str) -> Response:
    """Ask what becomes of a label."""
    said = await desk.state.lane(lambda c: _said(c, label))
    like = similar(desk.taxonomy, label)
    return await pages.show(request, "label", said=said, like=like, concepts=concept_names(desk))


@router.post("/label", dependencies=[OWN])
async def adopt(
    *, desk: AtDesk, label: Text, how: Annotated[How, Form()], name: Text = "", where: Text = ""
) -> Response:
    """Let the vocabulary cover a label."""
    said = await desk.state.lane(lambda c: _said(c, label))
    meant = [name.strip() or said.label, said.label] if how is How.CONCEPT else [said.label]
    concept = await grow(desk, meant, how, where)
    return RedirectResponse(_address("/proposals/adopted", label, concept), 303)


@router.get("/adopted")
async def show_adopted(
    request: Request, desk: AtDesk, pages: OnPages, label: str, concept: str
) -> Response:
    """Offer to judge the photos anew of which the label was said."""
    said = await desk.state.lane(lambda c: _said(c, label))
    return await pages.show(request, "adopted", said=said, concept=_known(desk, concept))


@router.post("/judge", dependencies=[OWN])
async def judge_anew(desk: AtDesk, label: Text, concept: Text) -> Response:
    """Judge them anew; the page of runs tells how it ended."""
    said = await desk.state.lane(lambda c: _said(c, label))
    command = ["taxonomy", "proposals", "adopt", f"--into={_known(desk, concept)}", "--yes"]
    command.append(f"--taxonomy={desk.configuration.taxonomy}")
    await commands.run(desk, command, said.label)
    return RedirectResponse("/runs", 303)


def _judge(desk: Desk) -> Judge:
    configuration, taxonomy = desk.configuration, desk.taxonomy
    return Judge(taxonomy, make_policy(configuration, taxonomy), make_mapping(configuration))


def _said(connection: Connection, label: str) -> _Said:
    """Return what is known of a label.

    Raises:
        ConfigurationError: no tagger said it.
    """
    spelt = spellings(connection, [label])
    if not spelt:
        raise ConfigurationError(f"no tagger said {label[:60]!r}.")
    refs = labels.examples(connection, spelt, _EXAMPLES)
    ids = [one for ref in refs if (one := queue.find(connection, ref)) is not None]
    shown = label if label in spelt else spelt[0]
    return _Said(shown, labels.photos(connection, spelt), ids)


def _known(desk: Desk, concept: str) -> str:
    if concept not in desk.taxonomy:
        raise ConfigurationError("the vocabulary has no such concept.")
    return concept


def _address(path: str, label: str, concept: str) -> str:
    return f"{path}?{urlencode({'label': label, 'concept': concept})}"
