"""What services say in headers of how much is left of their limits."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tagwright.ports import Quota

# Each with the header that says when there is more. The first that makes sense counts.
# - OpenAI, xAI, Groq, vLLM's gateways: durations, "6m0s"; OpenAI's is until all is there again.
# - Anthropic: RFC 3339; "tokens" is whichever of input and output is nearer to its limit.
# - OpenRouter, for models that are given away: milliseconds since 1970.
_REQUESTS = (
    ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
    ("anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"),
    ("x-ratelimit-remaining", "x-ratelimit-reset"),
)
_TOKENS = (
    ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
    ("anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"),
    ("anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"),
)
_PART = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|us|ns|d|h|m|s)")
_SECONDS = {
    "d": 86_400,
    "h": 3_600,
    "m": 60,
    "s": 1,
    "ms": 1e-3,
    "us": 1e-6,
    "ns": 1e-9,
}
_COUNT = re.compile(r"[0-9]{1,15}(?:\.0*)?")
_MOMENT = 1e9  # a number of seconds as large is a moment, counted from 1970
_MILLISECONDS = 1e11  # likewise, of milliseconds
_LONGEST = 7 * 86_400.0  # s; more is a mistake of somebody's clock


def read_quota(headers: Mapping[str, str], now: datetime) -> Quota | None:
    """Return what the headers of a response say is left; None: nothing.

    Args:
        headers: Of the response; names in lower case, or found whatever their case.
        now: Our clock, which counts where the response does not tell the service's own.
    """
    now = _their_clock(headers, now)
    requests, requests_reset = _first(headers, _REQUESTS, now)
    tokens, tokens_reset = _first(headers, _TOKENS, now)
    if requests is None and tokens is None:
        return None
    return Quota(requests, requests_reset, tokens, tokens_reset)


def seconds_until(said: str, now: datetime) -> float | None:
    """Return the seconds until a reset, which is a duration, a number or a moment.

    None: it makes no sense. What has passed is 0.
    """
    said = said.strip()
    waits = (_duration(said), _plain(said, now), _moment(said, now))
    wait = next((one for one in waits if one is not None), None)
    return wait if wait is None else min(max(0.0, wait), _LONGEST)


def _first(
    headers: Mapping[str, str], names: tuple[tuple[str, str], ...], now: datetime
) -> tuple[int | None, float]:
    for remaining, reset in names:
        left = headers.get(remaining, "").strip()
        if _COUNT.fullmatch(left):  # some say -1 where they do not know
            return int(float(left)), seconds_until(headers.get(reset, ""), now) or 0.0
    return None, 0.0


def _duration(said: str) -> float | None:
    parts = list(_PART.finditer(said))
    if not parts or "".join(part[0] for part in parts) != said:
        return None
    return sum(float(part[1]) * _SECONDS[part[2]] for part in parts)


def _plain(said: str, now: datetime) -> float | None:
    try:
        number = float(said)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    if number >= _MILLISECONDS:
        number /= 1_000
    return number - now.timestamp() if number >= _MOMENT else number


def _moment(said: str, now: datetime) -> float | None:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (moment - now).total_seconds()


def _their_clock(headers: Mapping[str, str], now: datetime) -> datetime:
    try:
        moment = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return now
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
