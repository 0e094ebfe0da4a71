"""Vocabularies of other programs: one module or package for each format or host.

A reader turns what it finds into :class:`tagwright.taxonomy.Entry` records, and
:func:`tagwright.taxonomy.assemble` makes a taxonomy of them: what labels, languages, identifiers
and hierarchies must be like is checked there, once for all.
"""

from tagwright_adapters.vocabularies.registry import FORMATS, Format, format_of, read, render
from tagwright_adapters.vocabularies.vocabulary import Rendered, Vocabulary

__all__ = ["FORMATS", "Format", "Rendered", "Vocabulary", "format_of", "read", "render"]
