"""Which of several concepts a label means, by what else is on the photo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tagwright.mapping.fitting import Fit
from tagwright.taxonomy import Taxonomy

_ITSELF, _LINE, _SIBLING, _NONE = 3, 2, 1, 0
_FACTORS = {_ITSELF: 1.0, _LINE: 1.0, _SIBLING: 0.9}
_HOW = {_ITSELF: "is", _LINE: "is broader or narrower", _SIBLING: "stands beside it"}


class Context:
    """Decides between concepts that a label fits equally by those that are sure on the photo.

    One that is itself among those wins over one with a broader or narrower concept among them, and
    that over one with a concept right beside it there. Where two are equally near, or none is near
    at all, nothing is decided.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy

    def decide(
        self, fits: Sequence[Fit], sure: Mapping[str, float]
    ) -> tuple[Fit, float, str] | None:
        """Return the one that is meant, the most confidence that this allows, and why.

        Args:
            fits: Concepts that one label fits equally.
            sure: Concepts that other labels leave no doubt of, with their confidence.
        """
        near = [(*self._nearest(fit.match.concept, sure), fit) for fit in fits]
        best = max(rank for rank, _, _ in near)
        winners = [(concept, fit) for rank, concept, fit in near if rank == best]
        if best == _NONE or len(winners) != 1:
            return None
        ((concept, fit),) = winners
        path = " > ".join(self._taxonomy.path(concept))
        return fit, sure[concept] * _FACTORS[best], f"decided by {path}, which {_HOW[best]}"

    def _nearest(self, candidate: str, sure: Mapping[str, float]) -> tuple[int, str]:
        ranked = [(self._rank(candidate, concept), concept) for concept in sure]
        if not ranked:
            return _NONE, ""
        rank = max(rank for rank, _ in ranked)
        nearest = [concept for one, concept in ranked if one == rank]
        return rank, min(nearest, key=lambda concept: (-sure[concept], concept))

    def _rank(self, candidate: str, concept: str) -> int:
        if candidate == concept:
            return _ITSELF
        taxonomy = self._taxonomy
        if concept in taxonomy.ancestors(candidate) or candidate in taxonomy.ancestors(concept):
            return _LINE
        beside = set(taxonomy[candidate].broader) & set(taxonomy[concept].broader)
        return _SIBLING if beside else _NONE
