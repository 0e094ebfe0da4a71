"""What headers say of limits, whatever they say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwright.ports import Quota
from tagwright_adapters.llm.quota import read_quota, seconds_until

NOW = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)
WEEK = 7 * 86_400.0
NAMES = (
    "x-ratelimit-remaining-requests",
    "x-ratelimit-reset-requests",
    "x-ratelimit-remaining-tokens",
    "x-ratelimit-reset-tokens",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "anthropic-ratelimit-requests-remaining",
    "anthropic-ratelimit-requests-reset",
    "anthropic-ratelimit-tokens-remaining",
    "anthropic-ratelimit-tokens-reset",
    "anthropic-ratelimit-input-tokens-remaining",
    "date",
)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("1s", 1),
        ("6m0s", 360),
        ("20ms", 0.02),
        ("1h2m3.5s", 3_723.5),
        ("1d1h", 90_000),
        ("7.66s", 7.66),
        ("60", 60),
        ("0", 0),
        ("2026-11-25T12:00:30Z", 30),
        ("2026-11-25T13:00:30+01:00", 30),
        ("2026-11-25T11:59:00Z", 0),
        (str(int(NOW.timestamp()) + 45), 45),
        (str((int(NOW.timestamp()) + 45) * 1_000), 45),
        ("999d", WEEK),
        ("", None),
        ("soon", None),
        ("6m 0s!", None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_reset_is_understood(said: str, seconds: float | None) -> None:
    """Durations, numbers and moments; what makes no sense is not made up."""
    assert seconds_until(said, NOW) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("headers", "quota"),
    [
        (
            {
                "x-ratelimit-limit-requests": "60",
                "x-ratelimit-remaining-requests": "59",
                "x-ratelimit-reset-requests": "1s",
                "x-ratelimit-remaining-tokens": "149984",
                "x-ratelimit-reset-tokens": "6m0s",
            },
            Quota(59, 1.0, 149_984, 360.0),
        ),
        (
            {
                "anthropic-ratelimit-requests-remaining": "0",
                "anthropic-ratelimit-requests-reset": "2026-11-25T12:00:05Z",
                "anthropic-ratelimit-input-tokens-remaining": "80000",
                "anthropic-ratelimit-input-tokens-reset": "2026-11-25T12:01:00Z",
            },
            Quota(0, 5.0, 80_000, 60.0),
        ),
        (
            {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795608060000"},
            Quota(requests=0, requests_reset=60.0),
        ),
        ({"x-ratelimit-remaining-tokens": "12"}, Quota(tokens=12)),
        ({"x-ratelimit-remaining-tokens": "-1", "x-ratelimit-reset-tokens": "0"}, None),
        ({"content-type": "application/json"}, None),
    ],
)
def test_headers_of_services(headers: dict[str, str], quota: Quota | None) -> None:
    """OpenAI's, Anthropic's and OpenRouter's; Azure's -1 says nothing."""
    assert read_quota(headers, NOW) == quota


def test_moments_are_by_the_clock_of_the_service() -> None:
    """Ours may be an hour off, and the wait is right all the same."""
    headers = {
        "date": "Wed, 25 Nov 2026 12:00:00 GMT",
        "anthropic-ratelimit-requests-remaining": "1",
        "anthropic-ratelimit-requests-reset": "2026-11-25T12:00:10Z",
    }
    assert read_quota(headers, NOW + timedelta(hours=1)) == Quota(1, 10.0)


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=30)))
def test_no_header_is_too_strange(headers: dict[str, str]) -> None:
    """Whatever a server sends: nothing is raised, nothing is negative, no wait is endless."""
    told = read_quota(headers, NOW)
    if told is not None:
        assert told.requests is None or told.requests >= 0
        assert told.tokens is None or told.tokens >= 0
        assert 0 <= told.requests_reset <= WEEK
        assert 0 <= told.tokens_reset <= WEEK


@given(
    st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999), st.booleans()
)
def test_every_duration_is_read(
    hours: int, minutes: int, seconds: int, millis: int, written_out: bool
) -> None:
    """As Go writes them, with and without their zeros."""
    whole = [(hours, "h"), (minutes, "m"), (seconds, "s"), (millis, "ms")]
    said = "".join(f"{count}{unit}" for count, unit in whole if count or written_out) or "0s"
    expected = hours * 3_600 + minutes * 60 + seconds + millis / 1_000
    assert seconds_until(said, NOW) == pytest.approx(expected)


@given(st.integers(0, int(WEEK)))
def test_every_moment_is_read(ahead: int) -> None:
    """In RFC 3339, in seconds and in milliseconds since 1970, as one and the same."""
    moment = NOW + timedelta(seconds=ahead)
    stamp = int(moment.timestamp())
    for said in (moment.isoformat(), str(stamp), str(stamp * 1_000)):
        assert seconds_until(said, NOW) == ahead
    headers = {"date": format_datetime(NOW, usegmt=True), "x-ratelimit-remaining": "3"}
    assert read_quota({**headers, "x-ratelimit-reset": str(stamp)}, NOW) == Quota(3, float(ahead))
