"""Runs, and taking one back: it is shown first, and done by ``tagwright undo``."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from tagwright.state import runs
from tagwright_plugins.review_page import commands
from tagwright_plugins.review_page.desk import Desk
from tagwright_plugins.review_page.forms import OWN, AtDesk, OnPages

router = APIRouter()

_SHOWN = 50
_EXAMPLES = 30
_WROTE = ("tag", "watch", "immich", "backfill", "remap", "undo")


@router.get("/runs")
async def show_runs(request: Request, desk: AtDesk, pages: OnPages) -> Response:
    """Show the newest runs."""
    found = await desk.state.lane(lambda c: runs.recent(c, _SHOWN))
    return await pages.show(request, "runs", runs=found, wrote=_WROTE)


@router.post("/runs/preview", dependencies=[OWN])
async def preview(
    request: Request, desk: AtDesk, pages: OnPages, run: Annotated[str, Form()]
) -> Response:
    """Show what taking a run back would change."""
    known = await desk.state.lane(lambda c: runs.find(c, run))
    lines = await _undo(desk, known.id, "--dry-run")
    photos = [one for one in lines if one.get("type") == "photo"]
    return await pages.show(
        request, "undo", run=known, tally=_tally(lines), photos=photos[:_EXAMPLES]
    )


@router.post("/runs/undo", dependencies=[OWN])
async def undo(desk: AtDesk, run: Annotated[str, Form()]) -> Response:
    """Take a run back; the page of runs tells how it ended."""
    known = await desk.state.lane(lambda c: runs.find(c, run))
    await _undo(desk, known.id)
    return RedirectResponse("/runs", 303)


def _tally(lines: list[dict[str, Any]]) -> dict[str, int]:
    last = lines[-1] if lines else {}
    return {name: n for name, n in last.items() if isinstance(n, int) and n}


async def _undo(desk: Desk, run: str, *more: str) -> list[dict[str, Any]]:
    """Run the command and return what it printed."""
    said = await commands.run(desk, ["undo", f"--run={run}", "--json", *more])
    return [json.loads(line) for line in said.splitlines()]
