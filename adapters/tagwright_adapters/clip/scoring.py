"""From the vectors of a picture and of concepts to how sure it is that the picture shows them."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagwright_adapters.clip.facets import Facets

SCORING_VERSION = 1
"""Raised with every change of how scores are made."""

_LEAST_WEIGHT = 10  # concepts that "none of these" counts as in a facet of fewer
_SHARPNESS = 1.5
_MOST = 0.95
_AS_SURE = 0.1  # a broader concept that is no surer than that says nothing new

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Score:
    """What is found of one candidate."""

    candidate: int  # its place in the facets
    similarity: float  # cosine, of the picture and the concept itself
    share: float  # 0 to 1, of its facet, with what is below it
    confidence: float  # 0 to 1


class Scorer:
    """Scores all concepts of a vocabulary for one picture at a time.

    Within a facet a softmax shares 1 among its concepts and "none of these". The latter is as near
    to the picture as the nearest of texts that fit any photo, and weighs as much as all concepts of
    the facet, so that many concepts that do not fit win nothing by being many. What is below a
    concept counts for it too: an owl is a bird.
    """

    def __init__(
        self, facets: Facets, concepts: Vectors, background: Vectors, logit_scale: float
    ) -> None:
        """Rows are of length 1: one for each candidate, one for each text that fits any photo."""
        self._facets = facets
        self._rows = np.ascontiguousarray(np.vstack([concepts, background]), dtype=np.float32)
        self._scale = logit_scale
        self._starts = np.array(facets.starts, dtype=np.intp)
        self._ends = np.array([one.end for one in facets.candidates], dtype=np.intp)
        self._sizes = np.diff(np.append(self._starts, len(facets.candidates)))
        self._weight = np.log(np.maximum(self._sizes, _LEAST_WEIGHT))

    @property
    def dimensions(self) -> int:
        """How long vectors are."""
        return int(self._rows.shape[1])

    def shares(self, picture: Vectors) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the similarity and the share of each candidate."""
        count = len(self._facets.candidates)
        similar = (self._rows @ picture).astype(np.float64)
        if not count:
            return similar[:0], similar[:0]
        logits = self._scale * similar[:count]
        none = self._scale * similar[count:].max() + self._weight
        top = np.maximum(np.maximum.reduceat(logits, self._starts), none)
        odds = np.exp(logits - np.repeat(top, self._sizes))
        total = np.add.reduceat(odds, self._starts) + np.exp(none - top)
        own = odds / np.repeat(total, self._sizes)
        until = np.concatenate(([0.0], np.cumsum(own)))
        shares = np.clip(until[self._ends] - until[:-1], 0.0, 1.0)
        return similar[:count], shares

    def __call__(self, picture: Vectors, least: float, most: int) -> list[Score]:
        """Return the surest candidates, of at least a confidence and at most so many."""
        similar, shares = self.shares(picture)
        sure = confidences(shares)
        places = [int(at) for at in np.flatnonzero(sure >= least)]
        told = [at for at in places if not self._said_by_narrower(at, places, sure)]
        told.sort(key=lambda at: (-sure[at], self._facets.candidates[at].concept.id))
        return [
            Score(at, float(similar[at]), float(shares[at]), float(sure[at])) for at in told[:most]
        ]

    def _said_by_narrower(self, at: int, places: list[int], sure: NDArray[np.float64]) -> bool:
        end = self._facets.candidates[at].end
        below = places[bisect_right(places, at) : bisect_left(places, end)]
        return any(sure[one] >= sure[at] - _AS_SURE for one in below)


def confidences(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what shares are worth as confidences, which is less.

    A share is no probability: it takes for granted that the facet and the background hold whatever
    may be in a photo. ``0.95 share^1.5`` asks for a share of 0.89 for a confidence of 0.8 and 0.65
    for 0.5, and never says that it is certain.
    """
    return np.asarray(_MOST * shares**_SHARPNESS, dtype=np.float64)


def unit(vectors: NDArray[np.float32]) -> Vectors:
    """Return rows of length 1.

    Raises:
        ValueError: one has no direction: it is all zeros, or holds something that is no number.
    """
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    if not np.all(np.isfinite(lengths)) or np.any(lengths < math.ulp(1.0)):
        msg = "a vector has no direction"
        raise ValueError(msg)
    return np.asarray(vectors / lengths, dtype=np.float32)
