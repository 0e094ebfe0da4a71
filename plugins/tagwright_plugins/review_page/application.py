"""The web application: pages, pictures, news, and the guard before all of them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from importlib.resources import files
from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import RedirectResponse, Response, StreamingResponse

from tagwright.errors import AssetError, TagwrightError
from tagwright.state import photos
from tagwright_plugins.review_page import (
    costs,
    deciding,
    group,
    proposals,
    queue,
    runs,
    search,
)
from tagwright_plugins.review_page.desk import Desk
from tagwright_plugins.review_page.forms import AssetId
from tagwright_plugins.review_page.guarding import Guard, with_token
from tagwright_plugins.review_page.pictures import SIZES
from tagwright_plugins.review_page.rendering import Pages
from tagwright_plugins.web.hosts import Hosts

_STATIC = {
    "review.css": "text/css; charset=utf-8",
    "review.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_DAY = "private, max-age=86400"


def make_application(desk: Desk, hosts: Hosts) -> FastAPI:
    """Put the application together."""
    app = FastAPI(title="Tagwright", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = desk
    app.state.pages = Pages(desk)
    app.add_middleware(Guard, hosts=hosts, access=desk.access)
    for module in (queue, group, deciding, search, proposals, costs, runs):
        app.include_router(module.router)
    app.add_api_route("/pictures/{size}/{asset_id}", _picture, methods=["GET"])
    app.add_api_route("/static/{name}", _static, methods=["GET"])
    app.add_api_route("/events", _events, methods=["GET"])
    app.add_api_route("/login", _ask, methods=["GET"])
    app.add_api_route("/login", _enter, methods=["POST"])
    app.add_exception_handler(TagwrightError, _sorry)
    app.add_exception_handler(HTTPException, _sorry)
    app.add_exception_handler(404, _sorry)
    app.add_exception_handler(RequestValidationError, _sorry)
    return app


async def _picture(request: Request, size: str, asset_id: AssetId) -> Response:
    desk: Desk = request.app.state.desk
    place = await desk.state.lane(lambda c: photos.place(c, asset_id))
    if place is None or size not in SIZES:
        return Response("There is no such photo.", 404)
    try:
        data = await desk.pictures.jpeg(place, size)
    except AssetError as exc:
        return Response(str(exc.message), 404, {"content-type": "text/plain; charset=utf-8"})
    return Response(data, 200, {"cache-control": _DAY}, "image/jpeg")


async def _static(name: str) -> Response:
    if name not in _STATIC:
        raise HTTPException(404)
    data = (files("tagwright_plugins.review_page") / "static" / name).read_bytes()
    return Response(data, 200, {"cache-control": "no-cache"}, _STATIC[name])


async def _events(request: Request) -> Response:
    """Tell a page how the writing goes, as server-sent events."""
    desk: Desk = request.app.state.desk

    async def news() -> AsyncIterator[str]:
        told = None
        while not desk.closed:
            standing = await desk.standing()
            if standing != told:
                yield f"data: {json.dumps(standing)}\n\n"
                told = standing
            await desk.moved()

    return StreamingResponse(news(), 200, media_type="text/event-stream")


async def _ask(request: Request) -> Response:
    pages: Pages = request.app.state.pages
    return pages.entry(wrong=False)


async def _enter(request: Request, token: Annotated[str, Form()]) -> Response:
    access = request.app.state.desk.access
    if access is not None and access.allows(token.strip()):
        return with_token(RedirectResponse("/", 303), token.strip())
    pages: Pages = request.app.state.pages
    return pages.entry(wrong=True)


async def _sorry(request: Request, exc: Exception) -> Response:
    """Say what went wrong, and what to do next."""
    pages: Pages = request.app.state.pages
    if isinstance(exc, TagwrightError):
        return await pages.show(
            request, "error", status=400, message=exc.message, cure=exc.cure or ""
        )
    status = getattr(exc, "status_code", 400)
    detail = getattr(exc, "detail", "") if status == 403 else ""
    message = detail or ("There is no such page." if status == 404 else "That makes no sense.")
    return await pages.show(request, "error", status=status, message=message, cure="")
