"""The settings, their meaning and their defaults."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import BeforeValidator, Field, PrivateAttr, model_validator

from tagwright.configuration.immich import ImmichSection
from tagwright.configuration.policy import PolicySection, RuleSection, Section
from tagwright.configuration.privacy import PrivacySection
from tagwright.configuration.watch import WatchSection
from tagwright.model import Kind

CHAIN = "chain:"  # before a chain's name, where a tagger is named


class FilesSection(Section):
    """How tags are written to files."""

    sidecar: Literal["auto", "always", "both"] = Field(
        default="auto",
        description="auto: into the photo where that is safe, else beside it; always: beside it;"
        " both: into both",
    )
    sidecar_name: Literal["long", "short"] = Field(
        default="long", description="long: IMG.jpg.xmp; short: IMG.xmp"
    )
    pairs: Literal["both", "primary", "apart"] = Field(
        default="both",
        description="RAW beside JPEG, film of a live photo: both are tagged by one answer; primary:"
        " the picture alone; apart: each by its own",
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
    attempts: int = Field(
        default=2, ge=1, le=10, description="times that one photo is asked and paid for, ever"
    )


def _amount(value: object) -> object:
    return None if isinstance(value, str) and value.strip().lower() == "none" else value


Cap = Annotated[Annotated[Decimal, Field(ge=0)] | None, BeforeValidator(_amount)]
"""The most that may be spent, in US dollars; "none": there is no limit."""


class BudgetSection(Section):
    """What may be spent, in US dollars."""

    run: Cap = Field(default=Decimal(5), description="by one run")
    day: Cap = Field(default=None, description="on one day")
    month: Cap = Field(default=None, description="in one month")
    unknown_prices: Literal["warn", "stop"] = Field(
        default="warn", description="where a price is not known, which no cap can hold"
    )


class BurstsSection(Section):
    """Frames of a burst, which share an answer of what is slow or costs money."""

    share: bool = Field(default=True, description="whether they do")
    seconds: float = Field(
        default=3.0, ge=0.0, le=60.0, description="most between the times of two frames"
    )
    distance: int = Field(
        default=16, ge=0, le=24, description="most of 128 gradients in which two frames differ"
    )


class ChainSection(Section):
    """Taggers of which one answer is wanted. Exactly one of both kinds is given."""

    fallback: tuple[str, ...] = Field(default=(), description="the next one where one fails")
    cascade: tuple[str, ...] = Field(
        default=(), description="cheap ones first, the next one where they are unsure"
    )
    enough: int = Field(default=3, ge=1, description="concepts that make a photo sure")

    @property
    def members(self) -> tuple[str, ...]:
        """The taggers in the order in which they are asked."""
        return self.fallback or self.cascade

    @model_validator(mode="after")
    def _sensible(self) -> ChainSection:
        if bool(self.fallback) == bool(self.cascade):
            msg = "a chain needs either 'fallback' or 'cascade'"
        elif len(self.members) == 1:
            msg = f"a chain needs two taggers at least, and this has only {self.members[0]!r}"
        elif twice := [one for one, times in Counter(self.members).items() if times > 1]:
            msg = f"{twice[0]!r} is in it twice"
        elif nested := [one for one in self.members if one.startswith(CHAIN)]:
            msg = f"{nested[0]!r} is a chain, and cannot be part of another one"
        elif self.fallback and "enough" in self.model_fields_set:
            msg = "'enough' is for cascades"
        else:
            return self
        raise ValueError(msg)


class BatchSection(Section):
    """How photos are handed over with --batch."""

    requests: int | None = Field(
        default=None, ge=1, le=100_000, description="photos in one batch; empty: all that fit"
    )
    poll: float = Field(
        default=30.0, ge=0.05, le=3600.0, description="seconds between the first looks at a batch"
    )


class MappingSection(Section):
    """A rule of the user's on what becomes of a label."""

    label: str = Field(min_length=1, description="the label; * and ? stand for any text")
    concept: str | None = Field(default=None, description="the concept: id, label or path")
    ignore: bool = Field(default=False, description="drop it, and do not propose it")
    tagger: str | None = Field(default=None, description="only what this tagger says")
    kind: Kind | None = Field(default=None, description="only observations of this kind")

    @model_validator(mode="after")
    def _decided(self) -> MappingSection:
        if self.ignore == (self.concept is not None):
            msg = f"the rule for {self.label!r} needs either 'concept' or 'ignore = true'"
            raise ValueError(msg)
        return self


class EmbeddingsSection(Section):
    """A model that finds concepts of much the same meaning."""

    model: Path | None = Field(default=None, description="folder of a sentence-embedding model")
    threshold: float = Field(
        default=0.8, gt=0.0, le=1.0, description="cosine similarity from which it proposes"
    )


class Configuration(Section):
    """Everything that can be set."""

    taggers: tuple[str, ...] = Field(
        default=("basics",), min_length=1, description="who looks at photos"
    )
    taxonomy: str = Field(
        default="family",
        description='a file, the name of a sample taxonomy, or "digikam:" for digiKam\'s tags',
    )
    profile: str = Field(
        default="general", description="business profile for vision models: a name, or a .toml file"
    )
    language: str | None = Field(default=None, description="of labels; empty: as the taxonomy says")
    state: Path = Field(
        default_factory=lambda: Path(platformdirs.user_state_dir("tagwright")),
        description="directory of Tagwright's own database",
    )
    policy: PolicySection = PolicySection()
    files: FilesSection = FilesSection()
    rendition: RenditionSection = RenditionSection()
    mapping: tuple[MappingSection, ...] = Field(
        default=(), description="rules on what becomes of labels; the first that fits counts"
    )
    embeddings: EmbeddingsSection = EmbeddingsSection()
    run: RunSection = RunSection()
    budget: BudgetSection = BudgetSection()
    bursts: BurstsSection = BurstsSection()
    privacy: PrivacySection = PrivacySection()
    batch: BatchSection = BatchSection()
    watch: WatchSection = WatchSection()
    immich: ImmichSection = ImmichSection()
    tagger: dict[str, dict[str, object]] = Field(
        default_factory=dict, description="options of each tagger, by its scheme"
    )
    chain: dict[str, ChainSection] = Field(
        default_factory=dict, description='chains of taggers by name, for taggers "chain:NAME"'
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
