"""What Immich's failures mean, in words that help."""

from __future__ import annotations

import json
import re
import ssl
from dataclasses import dataclass, field

import httpx

from tagwright.taxonomy.labels import printable
from tagwright_adapters.immich.address import shown
from tagwright_adapters.immich.errors import (
    ImmichError,
    ImmichMissingError,
    ImmichNoPreviewError,
    ImmichPermissionError,
    ImmichSetupError,
    ImmichTooOldError,
    ImmichUnavailableError,
)

_LONGEST_QUOTE = 200  # characters
_PERMISSION = re.compile(r"permission: ([\w.]+)")
_GONE = re.compile(r"Not found or no |(Album|Asset|Tag|Workflow) not found$")
_CHECK = "Check the address; it is the one that you open Immich with in a browser."


@dataclass(frozen=True, slots=True)
class Place:
    """What was asked, and where."""

    address: str
    path: str
    permission: str  # that the key needs; "": none
    secret: str  # the name of the secret that holds the key
    key: str = field(repr=False)
    probing: bool = False  # whether a refusal may mean that the server does not know the call

    @property
    def server(self) -> str:
        """How messages call the server."""
        return f"Immich at {shown(self.address).removesuffix('/api')}"


def unreachable(exc: Exception, place: Place) -> ImmichError:
    """Return our error for a request without a response."""
    match exc:
        case httpx.ConnectTimeout():
            return _down(place, "cannot be reached.")
        case TimeoutError() | httpx.TimeoutException():
            return _down(place, "has not answered in time.")
        case httpx.ConnectError() if (trouble := _tls(exc)) is not None:
            return _not_secure(trouble, place)
        case httpx.ConnectError():
            return _down(place, f"cannot be reached: {exc}.")
        case httpx.InvalidURL() | httpx.UnsupportedProtocol() | ValueError():
            message = f"{shown(place.address)!r} is not an address of an Immich server."
            return ImmichSetupError(message, cure=_CHECK)
        case _:
            return _down(place, f"broke off the connection: {str(exc) or type(exc).__name__}.")


def rejected(response: httpx.Response, place: Place) -> ImmichError:
    """Return our error for a response that is none."""
    said = _quoted(response, place)
    match response.status_code:
        case 400 | 404:
            return _not_there(response, place)
        case 401:
            return ImmichSetupError(
                f"{place.server} does not accept the key in {place.secret}.",
                cure="Make a new one there: Account Settings > API Keys.",
            )
        case 403:
            return _forbidden(response, place)
        case 301 | 302 | 303 | 307 | 308:
            goal = printable(response.headers.get("location", "nowhere"), _LONGEST_QUOTE)
            message = f"{place.server} sends us on to {goal}."
            # Not followed: the key would go along to whoever answers there.
            return ImmichSetupError(message, cure="Give that address, if it is yours.")
        case 429 | 500 | 502 | 503 | 504:
            error = _down(place, f"fails with {response.status_code}: {said}")
            wait = response.headers.get("retry-after", "")
            error.retry_after = float(wait) if wait.isdecimal() else None
            return error
        case _:
            message = f"{place.server} answers {place.path} with {response.status_code}: {said}"
            return ImmichSetupError(message, cure=_CHECK)


def _not_there(response: httpx.Response, place: Place) -> ImmichError:
    """Tell what is missing: Immich says 400 for assets and tags, 404 for pictures and calls."""
    text, said = _said(response), _quoted(response, place)
    if _GONE.match(text):
        return ImmichMissingError(f"Immich has no {place.path.lstrip('/')} for this key: {said}")
    if text.startswith("Asset media not found"):
        return ImmichNoPreviewError(f"Immich has no preview at {place.path}: {said}")
    message = f"{place.server} answers {place.path} with {response.status_code}: {said}"
    if place.probing or text.startswith("Cannot "):
        cure = f"Its version may be too old, or it is in maintenance. {_CHECK}"
        return ImmichTooOldError(message, cure=cure)
    if response.status_code == httpx.codes.NOT_FOUND:
        return ImmichSetupError(message, cure=_CHECK)
    return ImmichError(message, cure="If its version is a new one, please report this.")


def _forbidden(response: httpx.Response, place: Place) -> ImmichError:
    said = _quoted(response, place)
    named = _PERMISSION.search(_said(response))
    needed = named[1] if named else place.permission
    if not needed:
        message = f"{place.server} does not allow {place.path}: {said}"
        return ImmichSetupError(message, cure=_CHECK)
    return ImmichPermissionError(
        f"the key in {place.secret} lacks the permission {needed!r}: {said}",
        cure=f"Give it {needed!r} in Immich: Account Settings > API Keys.",
    )


def not_immich(response: httpx.Response, place: Place) -> ImmichError:
    """Return our error for an answer of another form than Immich's."""
    said = _quoted(response, place)
    message = f"what answers at {shown(place.address)} is not Immich's API: {said}"
    return ImmichSetupError(message, cure=_CHECK)


def _down(place: Place, what: str) -> ImmichUnavailableError:
    cure = "Is it running, and is the address right?"
    return ImmichUnavailableError(f"{place.server} {what}", cure=cure)


def _tls(exc: BaseException) -> ssl.SSLError | None:
    cause: BaseException | None = exc
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return cause
        cause = cause.__cause__ or cause.__context__
    return None


def _not_secure(trouble: ssl.SSLError, place: Place) -> ImmichSetupError:
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return ImmichSetupError(
            f"{place.server} shows a certificate that is not trusted: {trouble.verify_message}.",
            cure="If it is your own, set SSL_CERT_FILE to the file of its authority.",
        )
    message = f"{place.server} does not speak TLS: {trouble.reason or trouble}."
    return ImmichSetupError(message, cure="Try the address with http:// instead of https://.")


def _quoted(response: httpx.Response, place: Place) -> str:
    """Quote the server's own words: 2.x gives a text or list as ``message``, 3.x a text."""
    text = _said(response).replace(place.key, "…")
    quote = printable(" ".join(text.split()), _LONGEST_QUOTE)
    return f"“{quote}”" if quote else "no reason given"


def _said(response: httpx.Response) -> str:
    if "html" in response.headers.get("content-type", ""):
        return "a web page"
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return response.content[: 4 * _LONGEST_QUOTE].decode(errors="replace")
    message = body.get("message", body) if isinstance(body, dict) else body
    return "; ".join(map(str, message)) if isinstance(message, list) else str(message)
