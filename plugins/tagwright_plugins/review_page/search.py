"""Search: whether what is tagged can be found."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from tagwright.searching import search
from tagwright.taxonomy.naming import Names
from tagwright_plugins.review_page.forms import AtDesk, By, OnPages

router = APIRouter()

_SHOWN = 60  # photos on one page
_TAGS = 10  # of one facet


@router.get("/search")
async def show_search(
    request: Request, *, desk: AtDesk, pages: OnPages, chosen: By, q: str = "", page: int = 1
) -> Response:
    """Show what is found, best first, with counts by facet."""
    page = min(max(page, 1), 100_000)
    start = (page - 1) * _SHOWN
    found = await desk.state.lane(
        lambda c: search(c, desk.taxonomy, q, chosen.filter, limit=_SHOWN, offset=start)
    )
    names = Names(desk.taxonomy)
    facets = [
        (facet, [(path, number, names.at(path)) for path, number in facet.concepts[:_TAGS]])
        for facet in found.facets
    ]
    return await pages.show(
        request,
        "search",
        chosen=chosen,
        q=q,
        found=found,
        facets=facets,
        number=page,
        more=start + len(found.hits) < found.total,
    )
