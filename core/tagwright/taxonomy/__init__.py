"""The user's vocabulary in SKOS terms."""

from tagwright.taxonomy.model import Concept, Taxonomy

__all__ = ["Concept", "Taxonomy"]
