"""From what taggers say to the user's concepts, or nowhere."""

from tagwright.mapping.candidates import Candidate, MappingResult, Said
from tagwright.mapping.mapper import Mapper
from tagwright.mapping.matchers import Match, Matcher

__all__ = ["Candidate", "Mapper", "MappingResult", "Match", "Matcher", "Said"]
