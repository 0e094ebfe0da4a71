"""Decides what becomes of candidates: apply, review or drop; and why."""

from tagwright.policy.deciding import decide
from tagwright.policy.model import Bounds, Policy
from tagwright.policy.rules import Box, Near, Rule, Span, Then, When
from tagwright.policy.verdict import Firing, Verdict

__all__ = [
    "Bounds",
    "Box",
    "Firing",
    "Near",
    "Policy",
    "Rule",
    "Span",
    "Then",
    "Verdict",
    "When",
    "decide",
]
