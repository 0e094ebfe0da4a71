"""The gates of a run: one for each account, whichever taggers use it."""

from __future__ import annotations

from collections.abc import Sequence

from tagwright.pipeline.gates.gate import Gate
from tagwright.ports import LimitedTagger, Limits, ProbingTagger, Tagger
from tagwright.state import Lane, pauses


async def open_gates(taggers: Sequence[Tagger], lane: Lane) -> dict[str, Gate]:
    """Make a gate for each account; closed where its service has asked to be left alone."""
    gates: dict[str, Gate] = {}
    for account in dict.fromkeys(map(account_of, taggers)):
        users = [one for one in taggers if account_of(one) == account]
        gate = gates[account] = _gate(account, users)
        left = await lane(lambda c, account=account: pauses.find(c, account))  # type: ignore[misc]  # the default binds the loop variable
        if left is not None:
            gate.close_for(*left)
    return gates


def account_of(tagger: Tagger) -> str:
    """Return whose limits count for a tagger."""
    return tagger.account if isinstance(tagger, LimitedTagger) else tagger.name


def _gate(account: str, users: Sequence[Tagger]) -> Gate:
    said = [one.limits for one in users if isinstance(one, LimitedTagger)]
    requests = [one.requests_per_minute for one in said if one.requests_per_minute is not None]
    tokens = [one.tokens_per_minute for one in said if one.tokens_per_minute is not None]
    limits = Limits(min(requests, default=None), min(tokens, default=None))
    probe = next((one.probe for one in users if isinstance(one, ProbingTagger)), None)
    title = " and ".join(dict.fromkeys(one.name for one in users))
    most = max(one.concurrency for one in users)
    return Gate(account, most, limits, title=title, probe=probe)
