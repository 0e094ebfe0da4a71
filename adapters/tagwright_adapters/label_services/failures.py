"""What the failures of label services mean for a photo and for the run.

``usage`` of an error says what was paid all the same. Where it is left out, the call counts as
paid: the service has worked, and only its answer is of no use.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from tagwright.errors import (
    BudgetError,
    TaggerAnswerError,
    TaggerBusyError,
    TaggerError,
    TaggerSetupError,
    TaggerUnavailableError,
)
from tagwright.model import Usage
from tagwright_adapters.label_services.account import Account

UNPAID = Usage(requests=1)
_QUOTED_BYTES = 2_000
_MOVED = "Check base_url; leave it out for the service's own address."


def unreachable(exc: Exception, account: Account) -> TaggerError:
    """Return our error for a request without a whole response."""
    match exc:
        case httpx.ConnectError() | httpx.ConnectTimeout():
            return not_reached(account)
        case TimeoutError() | httpx.TimeoutException():
            return no_answer(account)
        case _:
            return broken_off(account)


def not_reached(account: Account) -> TaggerUnavailableError:
    """Return the error for a server that nothing could be sent to."""
    error = TaggerUnavailableError(f"{account.where} cannot be reached.")
    error.usage = Usage()
    return error


def no_answer(account: Account) -> TaggerUnavailableError:
    """Return the error for silence."""
    message = f"{account.where} has not answered within {account.timeout:g} s."
    return TaggerUnavailableError(message)


def broken_off(account: Account) -> TaggerUnavailableError:
    """Return the error for an answer that ends too early."""
    return TaggerUnavailableError(f"{account.where} broke off the connection.")


def rejected(
    account: Account, status: int, said: str, *, wait: float | None = None, page: bool = False
) -> TaggerError:
    """Return our error for a response that is none.

    Args:
        account: Who was asked.
        status: Of HTTP.
        said: The service's own words.
        wait: Seconds after which it wants to be asked again, if it says so.
        page: Whether it is a web page: of a gateway before the service, as a rule.
    """
    quoted = account.quote(said)
    error: TaggerError
    if status in (401, 403):
        error = not_let_in(account, said)
    elif status == 402:
        error = used_up(account, said)
    elif 300 <= status < 400 or status in (404, 405):
        # Not followed: the key would go along to whoever answers there.
        message = f"{account.where} has no such service ({status}): {quoted}"
        error = TaggerSetupError(message, cure=_MOVED)
    elif status == 429:
        message = f"{account.where} takes no more requests for now: {quoted}"
        error = TaggerBusyError(message, retry_after=wait)
    elif status == 408 or status >= 500 or page:
        message = f"{account.where} fails with {status}: {quoted}"
        error = TaggerUnavailableError(message, retry_after=wait)
    else:
        error = TaggerAnswerError(f"{account.title} rejects the picture ({status}): {quoted}")
    error.usage = UNPAID
    return error


def not_let_in(account: Account, said: str, cure: str | None = None) -> TaggerSetupError:
    """Return the error for a key that is not accepted."""
    error = TaggerSetupError(
        f"{account.where} does not accept the key in {account.key_name}: {account.quote(said)}",
        cure=cure or "Check that it is complete, not revoked, and may use this service.",
    )
    error.usage = UNPAID
    return error


def used_up(account: Account, said: str) -> BudgetError:
    """Return the error for an account that has nothing left."""
    error = BudgetError(
        f"{account.title} says that the account's quota is used up: {account.quote(said)}",
        cure="Raise it, or wait until it is renewed; the next run takes up where this one ends.",
    )
    error.usage = UNPAID
    return error


def unreadable(account: Account, content: bytes) -> TaggerAnswerError:
    """Return the error for a body that is not of the form that the service describes."""
    start = content[:_QUOTED_BYTES].decode(errors="replace")
    said = account.quote(start)
    return TaggerAnswerError(f"{account.title} answers, but not as its API does: {said}")


def is_page(headers: Mapping[str, str], content: bytes) -> bool:
    """Whether a response is a web page."""
    return "html" in headers.get("content-type", "") or content.lstrip()[:1] == b"<"


def spoken(content: bytes) -> str:
    """Return the service's own words."""
    try:
        return message_of(json.loads(content))
    except (ValueError, RecursionError):
        return content[:_QUOTED_BYTES].decode(errors="replace")


def message_of(body: object) -> str:
    """Return the message in the body of an error: they differ, most hold one somewhere."""
    while isinstance(body, dict):
        inner = next((body[key] for key in _WORDS if isinstance(body.get(key), dict | str)), None)
        if inner is None:
            break
        body = inner
    return str(body)


_WORDS = ("error", "message", "status", "text")


def wait_asked_for(headers: Mapping[str, str]) -> float | None:
    """Return the seconds in Retry-After, which may hold a date; None where it makes no sense."""
    value = headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
