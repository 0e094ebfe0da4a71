"""Answers who asks how the daemon is: ``/healthz``, ``/readyz`` and ``/metrics``."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable

from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import Connection, text
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from tagwright.errors import StateError
from tagwright.state import Lane
from tagwright_plugins.watch.health.metrics import Metrics
from tagwright_plugins.watch.observing import Observed
from tagwright_plugins.web.hosts import Hosts

_OPEN = ("/healthz",)  # tells nothing, and is asked by those who have no token
_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


def make_application(lane: Lane, observed: Observed, hosts: Hosts, token: str | None) -> ASGIApp:
    """Put the application together; with a ``token`` only its holders learn more than "alive"."""
    metrics = Metrics(lane, observed)

    async def healthz(_request: Request) -> Response:
        vitals = observed()
        content = {"alive": vitals.alive, "beat_age_seconds": round(vitals.beat_age, 1)}
        return JSONResponse(content, 200 if vitals.alive else 503, _HEADERS)

    async def readyz(_request: Request) -> Response:
        vitals = observed()
        trouble = await _trouble(lane)
        ready = vitals.alive and vitals.watching and trouble is None
        content = {
            "ready": ready,
            "state": trouble or "open",
            "watcher": "live" if vitals.watching else "not live",
            "tagger": vitals.tagger,
            "doing": vitals.doing,
            "since": vitals.since,
            "reason": vitals.reason,
            "run": vitals.run_id,
            "photos": dict(vitals.tally),
        }
        return JSONResponse(content, 200 if ready else 503, _HEADERS)

    async def scrape(_request: Request) -> Response:
        try:
            return Response(await metrics.text(), 200, _HEADERS, CONTENT_TYPE_LATEST)
        except StateError as exc:
            return PlainTextResponse(str(exc), 503, _HEADERS)

    ends: dict[str, Callable[[Request], Awaitable[Response]]] = {
        "/healthz": healthz,
        "/readyz": readyz,
        "/metrics": scrape,
    }
    app = Starlette(routes=[Route(path, end) for path, end in ends.items()])
    return _Guard(app, hosts, token)


async def _trouble(lane: Lane) -> str | None:
    """Say what is wrong with the database."""

    def look(connection: Connection) -> None:
        connection.execute(text("SELECT 1"))

    try:
        await lane(look)
    except StateError as exc:
        return exc.message
    return None


class _Guard:
    """Stands before every request: host and token."""

    def __init__(self, app: ASGIApp, hosts: Hosts, token: str | None) -> None:
        self._app = app
        self._hosts = hosts
        self._digest = None if token is None else _digest(f"Bearer {token}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if scope["path"] in _OPEN:
            return None
        if not self._hosts.allow(headers.get("host", "")):
            return PlainTextResponse("This is not the daemon that you asked for.", 421)
        given = _digest(headers.get("authorization", ""))
        if self._digest is None or hmac.compare_digest(given, self._digest):
            return None
        return PlainTextResponse("The token is missing.", 401, {"www-authenticate": "Bearer"})


def _digest(words: str) -> bytes:
    return hashlib.sha256(words.encode()).digest()
