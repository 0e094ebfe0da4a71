"""The user's vocabulary in SKOS terms."""

from tagwright.taxonomy.checking import check
from tagwright.taxonomy.dumping import dump_taxonomy
from tagwright.taxonomy.loading import load_taxonomy, parse_taxonomy
from tagwright.taxonomy.model import Concept, Taxonomy
from tagwright.taxonomy.problems import InvalidTaxonomyError, Problem, Severity

__all__ = [
    "Concept",
    "InvalidTaxonomyError",
    "Problem",
    "Severity",
    "Taxonomy",
    "check",
    "dump_taxonomy",
    "load_taxonomy",
    "parse_taxonomy",
]
