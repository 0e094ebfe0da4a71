"""Labels that mean much the same, by a sentence-embedding model. Optional, always in doubt."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tagwright.mapping.matching import DOUBTFUL, LabelIndex, Match, Term
from tagwright.model import Kind
from tagwright.taxonomy import Taxonomy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_UNREAD = frozenset({Kind.TEXT, Kind.PLACE})  # words on a sign and names have no synonyms
_AS_NEAR = 0.02  # similarities that differ by less say nothing of which is meant


class Embedder(Protocol):
    """A model that turns texts into vectors."""

    @property
    def key(self) -> str:
        """A hash of everything that shapes the vectors, usable in file names."""

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a row of length 1 for each text, of shape (texts, dimensions).

        Raises:
            TagwrightError: the model cannot be run.
        """


class EmbeddingMatcher:
    """Finds concepts whose labels mean about the same to a model: "pooch" for Dog.

    It must never be sure: vectors take antonyms, parts and neighbours for the same.
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        index: LabelIndex,
        embedder: Embedder,
        threshold: float,
        cache: Path | None,
    ) -> None:
        """``threshold`` is the least cosine similarity; ``cache`` a folder that may not exist."""
        self._matches = [match for _, match in index.entries()]
        self._embedder = embedder
        self._threshold = threshold
        self._file = cache / f"{embedder.key}-{taxonomy.key}.npy" if cache else None

    def __call__(self, term: Term) -> tuple[Match, ...]:
        """Return the concepts with the most similar labels."""
        if term.kind in _UNREAD or not term.label.strip() or not self._matches:
            return ()
        similar = self._vectors @ self._embedder([term.label])[0]
        nearest = float(similar.max())
        if nearest < self._threshold:
            return ()
        places = (similar >= max(nearest - _AS_NEAR, self._threshold)).nonzero()[0]
        return tuple(self._doubted(self._matches[i], float(similar[i])) for i in places)

    def _doubted(self, match: Match, similarity: float) -> Match:
        sure = DOUBTFUL * min(similarity, 1.0)
        note = f"similarity {similarity:.2f} to {match.label!r}, which counts {sure:.2f}"
        # Which of them is the preferred label says nothing of how near it is.
        return replace(match, how="embedding", sure=sure, note=note, preferred=False)

    @cached_property
    def _vectors(self) -> NDArray[np.float32]:
        if self._file is not None and (known := self._read(self._file)) is not None:
            return known
        made = self._embedder([match.label for match in self._matches])
        if self._file is not None:
            _write(self._file, made)
        return made

    def _read(self, path: Path) -> NDArray[np.float32] | None:
        import numpy as np  # noqa: PLC0415 - an extra

        try:
            found: NDArray[np.float32] = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        return found if found.ndim == 2 and len(found) == len(self._matches) else None


def _write(path: Path, vectors: NDArray[np.float32]) -> None:
    """Keep vectors; a folder that takes none only costs the time to make them again."""
    import numpy as np  # noqa: PLC0415 - an extra

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            np.save(file, vectors, allow_pickle=False)
        os.replace(file.name, path)
    except OSError:
        return
