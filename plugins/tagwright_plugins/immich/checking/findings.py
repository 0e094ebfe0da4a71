"""What is found about an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "failed", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    account: str
    what: str
    status: Status
    said: str
    exit_code: int = 0
