"""The queue: groups of suggestions that wait, the most useful first."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from tagwright import review
from tagwright.review import Page
from tagwright.state import runs, waiting
from tagwright.state.runs import Run
from tagwright_plugins.review_page.desk import Desk
from tagwright_plugins.review_page.filtering import Chosen
from tagwright_plugins.review_page.forms import AtDesk, By, OnPages

router = APIRouter()

_GROUPS = 24  # on one page
_RUNS = 20  # that can be chosen
_DECISIONS = 50


@dataclass(frozen=True, slots=True)
class _Shown:
    page: Page
    taggers: dict[str, int]
    runs: list[Run]


@router.get("/")
async def show_queue(
    request: Request, desk: AtDesk, pages: OnPages, chosen: By, after: str = ""
) -> Response:
    """Show groups with sample pictures, and the filter."""
    shown = await desk.state.lane(lambda c: _look(c, desk, chosen, after))
    return await pages.show(
        request,
        "queue",
        chosen=chosen,
        selected=desk.under and "folder" not in chosen.values,
        after=after,
        page=shown.page,
        taggers=shown.taggers,
        runs=shown.runs,
        facets=desk.taxonomy.narrower(),
        concepts=concept_names(desk),
    )


@router.get("/next")
async def next_group(desk: AtDesk, chosen: By, done: str = "") -> Response:
    """Go to the group that is most useful now, or to the queue where none is left."""
    page = await desk.state.lane(lambda c: review.groups(c, desk.taxonomy, chosen.filter, limit=1))
    group = next((one for one in page.groups if not one.skipped), None)
    told = done or None
    if group is None:
        return RedirectResponse(chosen.address("/", done=told), 303)
    return RedirectResponse(chosen.address("/group", key=group.key, done=told), 303)


@router.get("/decisions")
async def show_decisions(request: Request, desk: AtDesk, pages: OnPages) -> Response:
    """Show the last answers, each of which can be taken back."""
    found = await desk.state.lane(lambda c: review.batches(c, _DECISIONS))
    return await pages.show(request, "decisions", batches=found)


def _look(connection: Connection, desk: Desk, chosen: Chosen, after: str) -> _Shown:
    page = review.groups(
        connection, desk.taxonomy, chosen.filter, limit=_GROUPS, after=after or None
    )
    recent = runs.recent(connection, _RUNS)
    return _Shown(
        page,
        waiting.taggers(connection),
        [one for one in recent if one.kind in ("tag", "watch", "immich", "backfill", "remap")],
    )


def concept_names(desk: Desk) -> list[str]:
    """Return the paths of all concepts that can be tags, to be chosen from."""
    taxonomy = desk.taxonomy
    return sorted(" > ".join(taxonomy.path(one.id)) for one in taxonomy if not one.group)
