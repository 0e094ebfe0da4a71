"""Which suggestions a command is about, from its options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tagwright.review import Filter
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.naming import Names
from tagwright_plugins.cli.places import place


@dataclass(frozen=True, slots=True)
class Selected:
    """The options that say which suggestions, as click gives them."""

    paths: Sequence[Path] = ()
    branch: str | None = None  # a concept, with all below it
    least: float = 0.0
    most: float = 1.0
    tagger: str | None = None
    run: str | None = None
    taken_from: date | None = None
    taken_to: date | None = None

    def filter(self, taxonomy: Taxonomy, concept: str | None = None) -> Filter:
        """Return them as the core takes them.

        Args:
            taxonomy: Knows the branch by its name.
            concept: The identifier of the one concept that it is about.

        Raises:
            TaxonomyError: there is no such branch.
        """
        return Filter(
            concept=concept,
            facet=None if self.branch is None else Names(taxonomy).concept(self.branch),
            least=self.least,
            most=self.most,
            tagger=self.tagger,
            run=self.run,
            under=tuple(map(place, self.paths)),
            taken_from=self.taken_from,
            taken_to=self.taken_to,
        )
