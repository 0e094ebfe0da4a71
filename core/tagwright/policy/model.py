"""The policy: thresholds, limits, rules."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Literal

from tagwright.errors import ConfigurationError
from tagwright.policy.rules import Rule


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a tagger or a concept sets for itself; None: as what it inherits from says.

    Raises:
        ConfigurationError: the thresholds are not ``0 <= review <= apply <= 1``, or the limit is
            below 0.
    """

    apply: float | None = None
    review: float | None = None
    max_tags: int | None = None  # of a concept: of it and all below it, written to one photo

    def __post_init__(self) -> None:
        _check_thresholds(self.review or 0.0, 1.0 if self.apply is None else self.apply)
        if self.max_tags is not None and self.max_tags < 0:
            msg = f"at most {self.max_tags} tags a photo is no limit."
            raise ConfigurationError(msg, cure="Choose 0 or more.")


@dataclass(frozen=True, eq=False)
class Policy:
    """When a candidate becomes a tag. Two are the same if their keys are.

    Thresholds are inherited: a concept's own go before those of the nearest broader one on its
    path that has any, those before the tagger's, those before the policy's. ``apply`` and
    ``review`` are inherited each by itself; where they cross, the nearer one counts for both.

    Raises:
        ConfigurationError: the thresholds are not ``0 <= review <= apply <= 1``, or no tag at all
            is allowed.
    """

    apply: float = 0.8  # confidence from which tags are written
    review: float = 0.5  # confidence from which a person is asked
    max_tags: int = 12  # written to one photo; the surest ones
    write: Literal["leaf", "path"] = "leaf"  # path: each broader concept becomes a tag of its own
    taggers: Mapping[str, Bounds] = field(default_factory=dict)  # by specification or scheme
    concepts: Mapping[str, Bounds] = field(default_factory=dict)  # by identifier
    stop: frozenset[str] = frozenset()  # identifiers; with all below them never suggested
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        _check_thresholds(self.review, self.apply)
        if self.max_tags < 1:
            msg = f"at most {self.max_tags} tags a photo leaves nothing to write."
            raise ConfigurationError(msg, cure="Choose 1 or more.")

    @cached_property
    def key(self) -> str:
        """A hash of everything that can change a decision."""
        content = json.dumps(asdict(self), sort_keys=True, default=sorted)
        return hashlib.sha256(content.encode()).hexdigest()[:16]


def _check_thresholds(review: float, apply: float) -> None:
    if not 0.0 <= review <= apply <= 1.0:
        msg = f"the thresholds review {review} and apply {apply} cannot be kept."
        raise ConfigurationError(msg, cure="Choose 0 <= review <= apply <= 1.")
