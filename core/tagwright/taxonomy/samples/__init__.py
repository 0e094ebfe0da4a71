"""Taxonomies to begin with."""

from __future__ import annotations

from importlib import resources

from tagwright.errors import TaxonomyError
from tagwright.taxonomy.loading import parse_taxonomy
from tagwright.taxonomy.model import Taxonomy

_SUFFIX = ".yaml"


def sample_names() -> tuple[str, ...]:
    """Return the names of all samples."""
    files = (entry.name for entry in resources.files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in files if name.endswith(_SUFFIX)))


def sample_text(name: str) -> str:
    """Return the YAML text of a sample, for people to copy and change.

    Raises:
        TaxonomyError: there is no such sample.
    """
    if name not in sample_names():
        msg = f"there is no sample taxonomy {name!r}."
        raise TaxonomyError(msg, cure=f"The samples are: {', '.join(sample_names())}.")
    return resources.files(__name__).joinpath(name + _SUFFIX).read_text(encoding="utf-8")


def sample(name: str) -> Taxonomy:
    """Return a sample taxonomy.

    Raises:
        TaxonomyError: there is no such sample.
    """
    return parse_taxonomy(sample_text(name), source=f"sample {name!r}", name=name)
