"""The settings of the watch daemon, as they stand in the file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from tagwright.configuration.folders import FolderSection
from tagwright.configuration.policy import Section

_SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


def listed(value: object) -> object:
    """Return a list, where only one is given."""
    return value if isinstance(value, list | tuple) else (value,)


def _span(text: str) -> str:
    if not _SPAN.fullmatch(text):
        msg = f"{text!r} is no time of day such as '22:00-07:00'"
        raise ValueError(msg)
    return text


Span = Annotated[str, AfterValidator(_span)]
"""Hours of the day: "22:00-07:00"."""


class WatchSection(Section):
    """How folders are watched."""

    folders: Annotated[tuple[Path, ...], BeforeValidator(listed)] = Field(
        default=(), description="what is watched where the command names nothing"
    )
    quiet: Annotated[tuple[Span, ...], BeforeValidator(listed)] = Field(
        default=(), description="hours in which photos wait: 22:00-07:00"
    )
    mode: Literal["auto", "events", "polling"] = Field(
        default="auto", description="auto: by events, but by looking where a disk tells none"
    )
    polling: float = Field(default=5.0, ge=0.1, description="seconds between two looks")
    reconcile: float = Field(
        default=3600.0, ge=1.0, description="seconds between scans for what events did not tell"
    )
    drain: float = Field(
        default=30.0, ge=0.0, description="seconds that photos in hand have when it is to end"
    )
    listen: str = Field(
        default="127.0.0.1:9464", description='where health and metrics are served, or "none"'
    )
    notify: tuple[str, ...] = Field(
        default=(), description="program and arguments of a command that is told of trouble"
    )
    away: float = Field(
        default=900.0, ge=0.0, description="seconds that a tagger may be away before that is told"
    )
    log: Literal["plain", "json"] = Field(default="plain", description="how lines are logged")
    folder: tuple[FolderSection, ...] = Field(
        default=(), description="folders that go by settings of their own"
    )
