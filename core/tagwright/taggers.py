"""How taggers are found and made.

Packages offer taggers under the entry point group ``tagwright.taggers``. A tagger is chosen by a
specification ``scheme[:rest]``: ``basics``, ``ollama:llama3.2-vision``, ``openrouter:a/b``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from tagwright.errors import ConfigurationError
from tagwright.ports import Tagger
from tagwright.taxonomy import Taxonomy

logger = logging.getLogger(__name__)

GROUP = "tagwright.taggers"


@dataclass(frozen=True, slots=True)
class TaggerContext:
    """All that a factory may know; taggers never read the configuration themselves."""

    spec: str  # as the user wrote it
    taxonomy: Taxonomy
    secret: Callable[[str], str | None]  # value of a secret by its environment variable's name
    profile: str = "general"
    language: str = "en"  # of labels and captions, BCP 47
    options: Mapping[str, object] = field(default_factory=dict)  # the tagger's own section
    state: Path | None = None  # directory to keep in what can be fetched or made again

    @property
    def scheme(self) -> str:
        """The part of the specification before the first colon."""
        return self.spec.partition(":")[0]


class TaggerFactory(Protocol):
    """What an entry point resolves to."""

    @property
    def schemes(self) -> Mapping[str, str]:
        """The schemes it serves, each with a line on what it is and what leaves the house."""

    def create(self, context: TaggerContext) -> Tagger:
        """Make a tagger; raise a TagwrightError that says what is missing and how to get it."""


def discover() -> dict[str, TaggerFactory]:
    """Return factories by scheme. A broken plugin is logged and skipped, never fatal."""
    found: dict[str, TaggerFactory] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            factory: TaggerFactory = point.load()
            schemes = dict(factory.schemes)
        except Exception as exc:  # noqa: BLE001 - whatever a foreign plugin raises
            logger.warning("tagger plugin %r (%s) is skipped: %s", point.name, point.value, exc)
            continue
        for scheme in schemes:
            found.setdefault(scheme, factory)
    return found


def create(context: TaggerContext) -> Tagger:
    """Make the tagger that a specification names.

    Raises:
        ConfigurationError: no installed tagger serves the scheme.
    """
    factories = discover()
    factory = factories.get(context.scheme)
    if factory is None:
        msg = f"there is no tagger {context.spec!r}."
        cure = f"Choose one of: {', '.join(sorted(factories))} (see 'tagwright taggers')."
        raise ConfigurationError(msg, cure=cure)
    return factory.create(context)
