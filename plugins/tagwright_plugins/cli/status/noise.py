"""How concepts that are on most photos are pointed out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tagwright.configuration import Configuration
from tagwright.errors import TaxonomyError
from tagwright.taxonomy import Taxonomy
from tagwright_plugins.cli.assembly import make_taxonomy
from tagwright_plugins.cli.wording import printable


def noise_lines(
    noise: Mapping[str, int], photos: int, configuration: Configuration
) -> Iterator[str]:
    """Say of each concept on how many of all photos it is, and what to do about it."""
    taxonomy = _taxonomy(configuration)
    for concept, hits in noise.items():
        known = taxonomy is not None and concept in taxonomy
        name = "/".join(taxonomy.path(concept)) if taxonomy and known else concept
        yield f"{printable(name)} is on {hits / photos:.0%} of {photos:,} photos: it finds nothing"
    if noise:
        yield "  Raise what it takes to write it, or stop it: [policy] in tagwright.toml"


def _taxonomy(configuration: Configuration) -> Taxonomy | None:
    try:
        return make_taxonomy(configuration)
    except TaxonomyError:  # status must work while the taxonomy is being mended
        return None
