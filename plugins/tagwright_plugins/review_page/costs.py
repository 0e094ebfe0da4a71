"""What the services cost."""

from __future__ import annotations

import time
from typing import cast

from fastapi import APIRouter, Request
from starlette.responses import Response

from tagwright.state import costs, spending
from tagwright.state.costs import By as CostsBy
from tagwright_plugins.review_page.forms import AtDesk, OnPages

router = APIRouter()

_GROUPS = ("day", "run", "model", "album", "tagger")


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
