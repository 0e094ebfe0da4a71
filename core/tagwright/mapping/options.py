"""What the user can set of mapping."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from tagwright.mapping.embedding import Embedder
from tagwright.mapping.rules import MappingRule

_METHOD = 3  # raised when labels find other concepts than before, so that photos are mapped anew


@dataclass(frozen=True, slots=True)
class MappingOptions:
    """Rules, and an embedding model if there is one."""

    rules: tuple[MappingRule, ...] = ()
    embedder: Embedder | None = None
    threshold: float = 0.8  # cosine similarity from which a concept is proposed
    cache: Path | None = None  # folder for the vectors of labels

    @property
    def key(self) -> str:
        """A hash of everything that can change what a label maps to."""
        rules = [[r.label, r.concept, r.tagger, r.kind] for r in self.rules]
        embedding = [self.embedder.key, self.threshold] if self.embedder else []
        content = json.dumps([_METHOD, rules, embedding])
        return hashlib.sha256(content.encode()).hexdigest()[:16]
