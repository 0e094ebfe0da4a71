"""What is said without a concept, and what the services cost."""

from __future__ import annotations

import time
from typing import Annotated, cast

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from tagwright.configuration.binding import make_policy
from tagwright.pipeline import Judge
from tagwright.proposals import proposals
from tagwright.state import costs, labels, spending
from tagwright.state.costs import By as CostsBy
from tagwright.taxonomy.labels import fold
from tagwright_plugins.cli.assembly import make_mapping
from tagwright_plugins.review_page.forms import OWN, AtDesk, OnPages

router = APIRouter()

_SHOWN = 100
_GROUPS = ("day", "run", "model", "album", "tagger")


@router.get("/proposals")
async def show_proposals(request: Request, desk: AtDesk, pages: OnPages) -> Response:
    """Show labels that no concept covers, on most photos first."""
    configuration, taxonomy = desk.configuration, desk.taxonomy
    judge = Judge(taxonomy, make_policy(configuration, taxonomy), make_mapping(configuration))
    found = await desk.state.lane(lambda c: proposals(c, judge))
    return await pages.show(request, "proposals", proposals=found[:_SHOWN], total=len(found))


@router.post("/proposals/ignore", dependencies=[OWN])
async def ignore(desk: AtDesk, label: Annotated[str, Form()]) -> Response:
    """Propose a label no more."""
    await desk.state.lane(lambda c: labels.ignore(c, list(filter(None, [fold(label)]))))
    return RedirectResponse("/proposals", 303)


@router.get("/costs")
async def show_costs(request: Request, desk: AtDesk, pages: OnPages, by: str = "day") -> Response:
    """Show what was paid for."""
    chosen = cast("CostsBy", by if by in _GROUPS else "day")
    rows = await desk.state.lane(lambda c: costs.grouped(c, chosen))
    total = await desk.state.lane(costs.total)
    spent = await desk.state.lane(lambda c: spending.committed(c, "", time.time()))
    budget = desk.configuration.budget
    caps = [("day", budget.day, spent["day"]), ("month", budget.month, spent["month"])]
    return await pages.show(
        request,
        "costs",
        by=chosen,
        groups=_GROUPS,
        rows=rows,
        total=total,
        caps=[one for one in caps if one[1] is not None],
    )
