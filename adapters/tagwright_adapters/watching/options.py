"""How folders are watched."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tagwright_adapters.watching.stability import Patience

Mode = Literal["auto", "events", "polling"]


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """How folders are watched; times are seconds."""

    mode: Mode = "auto"  # events, but polling where another machine writes to the disk
    reconcile: float = 3600.0  # between scans that find what events did not tell
    soon: float = 90.0  # the same, where a scan met folders that were not at rest; doubles
    polling: float = 5.0  # between looks; longer where a look itself takes long
    presence: float = 5.0  # between looks whether the folders and their disks are there
    patience: Patience = field(default_factory=Patience)
