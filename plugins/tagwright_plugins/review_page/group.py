"""One group: all photos on which one answer is about to fall, and each photo by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from fastapi import APIRouter, HTTPException, Request
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from tagwright import review
from tagwright.calibration import Calibration, evidence
from tagwright.review import Group, Member
from tagwright.state import photos
from tagwright.state.history import Event, assets_of, events
from tagwright.state.photos import Place
from tagwright.taxonomy import Taxonomy
from tagwright_plugins.cli.history.run import described
from tagwright_plugins.review_page.desk import Desk
from tagwright_plugins.review_page.filtering import Chosen
from tagwright_plugins.review_page.forms import AssetId, AtDesk, By, OnPages
from tagwright_plugins.review_page.queue import concept_names

router = APIRouter()

_SHOWN = 200  # photos at once; an answer goes for no others
_NEAR = 12  # siblings that are offered


@dataclass(frozen=True, slots=True)
class _Shown:
    group: Group
    members: list[Member]
    hopes: list[float]  # how likely each is to be right; empty: nothing was decided yet
    waiting: int  # groups in the queue


@router.get("/group")
async def show_group(
    request: Request, desk: AtDesk, pages: OnPages, chosen: By, key: str
) -> Response:
    """Show the photos, why each is here, and what can be answered."""
    shown = await desk.state.lane(lambda c: _look(c, desk, chosen, key))
    if shown is None:  # decided in another window
        return RedirectResponse(chosen.address("/next"), 303)
    return await pages.show(
        request,
        "group",
        chosen=chosen,
        group=shown.group,
        members=shown.members,
        hopes=shown.hopes,
        hope=mean(shown.hopes) if shown.hopes else None,
        waiting=shown.waiting,
        near=near(desk.taxonomy, shown.group.concept),
        concepts=concept_names(desk),
    )


@router.get("/photo/{asset_id}")
async def show_photo(request: Request, desk: AtDesk, pages: OnPages, asset_id: AssetId) -> Response:
    """Show one photo with all that is on record of it."""
    photo = await desk.state.lane(lambda c: photos.photo(c, asset_id))
    if photo is None:
        raise HTTPException(404)
    place = photo.place
    happened = await desk.state.lane(lambda c: _history(c, place))
    return await pages.show(
        request,
        "photo",
        photo=photo,
        asset_id=asset_id,
        history=[(one.at, one.kind, described(one)) for one in happened],
        concepts=concept_names(desk),
    )


def _history(connection: Connection, place: Place) -> list[Event]:
    """Return what happened to the photo, under its present name."""
    same = assets_of(connection, place.ref, place.content_key)
    return list(events(connection, [one for one in same if one.ref == place.ref]))


def _look(connection: Connection, desk: Desk, chosen: Chosen, key: str) -> _Shown | None:
    group = review.find(connection, desk.taxonomy, key, chosen.filter)
    if group is None:
        return None
    members = review.members(connection, group, 0, _SHOWN)
    page = review.groups(connection, desk.taxonomy, chosen.filter, limit=1)
    hopes = _hopes(connection, desk.taxonomy, group.concept, members)
    return _Shown(group, members, hopes, page.total)


def _hopes(
    connection: Connection, taxonomy: Taxonomy, concept: str, members: Sequence[Member]
) -> list[float]:
    judged = evidence(connection, taxonomy)
    if not judged:
        return []
    known = Calibration(judged, taxonomy)
    return [
        known.confidence(one.why[0].get("tagger", "") if one.why else "", concept, one.confidence)
        for one in members
    ]


def near(taxonomy: Taxonomy, concept: str) -> dict[str, list[str]]:
    """Return concepts that may be meant instead, by how they stand to this one."""
    broader = list(taxonomy[concept].broader)
    siblings = [one for above in broader for one in taxonomy.narrower(above) if one != concept]
    found = {
        "Narrower": list(taxonomy.narrower(concept)),
        "Broader": broader,
        "Beside it": siblings[:_NEAR],
    }
    return {
        how: [one for one in some if not taxonomy[one].group]
        for how, some in found.items()
        if any(not taxonomy[one].group for one in some)
    }
