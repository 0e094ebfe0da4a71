"""The settings, their meaning and their defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, PrivateAttr

from tagwright.configuration.policy import PolicySection, RuleSection, Section


class FilesSection(Section):
    """How tags are written to files."""

    sidecar: Literal["auto", "always"] = Field(
        default="auto", description="auto: into the photo where that is safe, else beside it"
    )
    sidecar_name: Literal["long", "short"] = Field(
        default="long", description="long: IMG.jpg.xmp; short: IMG.xmp"
    )


class RenditionSection(Section):
    """The small picture that taggers are shown."""

    long_edge: int = Field(default=750, ge=128, le=4096, description="pixels")
    quality: int = Field(default=85, ge=40, le=100, description="JPEG quality")


class RunSection(Section):
    """How a run behaves."""

    patience: float = Field(
        default=300.0, ge=0.0, description="seconds that a service may be away before the run ends"
    )


class Configuration(Section):
    """Everything that can be set."""

    taggers: tuple[str, ...] = Field(
        default=("basics",), min_length=1, description="who looks at photos"
    )
    taxonomy: str = Field(default="family", description="a file, or the name of a sample taxonomy")
    profile: str = Field(default="general", description="business profile for vision models")
    language: str | None = Field(default=None, description="of labels; empty: as the taxonomy says")
    state: Path = Field(
        default_factory=lambda: Path(platformdirs.user_state_dir("tagwright")),
        description="directory of Tagwright's own database",
    )
    policy: PolicySection = PolicySection()
    files: FilesSection = FilesSection()
    rendition: RenditionSection = RenditionSection()
    run: RunSection = RunSection()
    tagger: dict[str, dict[str, object]] = Field(
        default_factory=dict, description="options of each tagger, by its scheme"
    )
    rule: tuple[RuleSection, ...] = Field(default=(), description="what to do with which photos")
    _origin: str = PrivateAttr(default="the configuration")

    @property
    def origin(self) -> str:
        """The file that it came from, for messages."""
        return self._origin

    def come_from(self, source: Path) -> None:
        """Note the file that it came from."""
        self._origin = str(source)
