"""Stands before every request: host, origin, token; and behind every answer: its headers."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tagwright_plugins.review_page.access import COOKIE, Access
from tagwright_plugins.web.hosts import Hosts

_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_SAFE = ("GET", "HEAD")
_OPEN = ("/login", "/static/review.css", "/static/review.js", "/static/icon.svg")


class Guard:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, hosts: Hosts, access: Access | None) -> None:
        """``access`` is None where only this machine can reach the page."""
        self._app = app
        self._hosts = hosts
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, sealed)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._hosts.allow(host):
            return PlainTextResponse("This is not the page that you asked for.", 421)
        if scope["method"] not in _SAFE and not _is_own(headers, host):
            return PlainTextResponse("Another page may not decide for you.", 403)
        if self._access is None or scope["path"] in _OPEN or self._holds(headers, self._access):
            return None
        return self._entry(scope, self._access)

    @staticmethod
    def _holds(headers: Headers, access: Access) -> bool:
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and access.allows(cookie.value)

    @staticmethod
    def _entry(scope: Scope, access: Access) -> Response:
        """Let in by the link that was printed; else ask for the token."""
        pairs = parse_qsl(scope["query_string"].decode("latin-1"))
        token = dict(pairs).get("token", "")
        if scope["method"] not in _SAFE or not access.allows(token):
            return RedirectResponse("/login", 303)
        rest = urlencode([pair for pair in pairs if pair[0] != "token"])
        # A path that begins with two slashes would be another host.
        path = "/" + scope["path"].lstrip("/")
        return with_token(RedirectResponse(f"{path}?{rest}" if rest else path, 303), token)


def with_token(response: Response, token: str) -> Response:
    """Let the browser remember the token."""
    response.set_cookie(COOKIE, token, max_age=30 * 86_400, httponly=True, samesite="strict")
    return response


def _is_own(headers: Headers, host: str) -> bool:
    """Say whether a form was sent by a page of ours; programs send neither header."""
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    own = (f"http://{host}", f"https://{host}")  # the latter where a proxy stands before it
    return headers.get("origin", own[0]) in own
