"""From what taggers say to the user's concepts, or nowhere."""

from tagwright.mapping.candidates import Candidate, MappingResult, Said
from tagwright.mapping.embedding import Embedder
from tagwright.mapping.mapper import Mapper
from tagwright.mapping.matching import Match, Matcher, Term
from tagwright.mapping.options import MappingOptions
from tagwright.mapping.rules import MappingRule

__all__ = [
    "Candidate",
    "Embedder",
    "Mapper",
    "MappingOptions",
    "MappingResult",
    "MappingRule",
    "Match",
    "Matcher",
    "Said",
    "Term",
]
