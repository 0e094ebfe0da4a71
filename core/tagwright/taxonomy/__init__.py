"""The user's vocabulary in SKOS terms."""

from tagwright.taxonomy.assembling import assemble
from tagwright.taxonomy.checking import check
from tagwright.taxonomy.dumping import dump_taxonomy
from tagwright.taxonomy.entries import Entry
from tagwright.taxonomy.loading import load_taxonomy, parse_taxonomy
from tagwright.taxonomy.model import Concept, Taxonomy
from tagwright.taxonomy.problems import InvalidTaxonomyError, Problem, Problems, Severity

__all__ = [
    "Concept",
    "Entry",
    "InvalidTaxonomyError",
    "Problem",
    "Problems",
    "Severity",
    "Taxonomy",
    "assemble",
    "check",
    "dump_taxonomy",
    "load_taxonomy",
    "parse_taxonomy",
]
