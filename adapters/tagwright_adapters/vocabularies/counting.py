"""Vocabularies with their use as YAML."""

from __future__ import annotations

from tagwright.taxonomy import dump_taxonomy, parse_taxonomy
from tagwright_adapters.vocabularies.vocabulary import Vocabulary


def dump_counted(vocabulary: Vocabulary) -> str:
    """Return the taxonomy as YAML, with the number of photos as a comment beside each concept."""
    text = dump_taxonomy(vocabulary.taxonomy)
    lines = text.split("\n")
    for concept in parse_taxonomy(text):
        photos = vocabulary.photos.get(concept.id, 0)
        assert concept.line is not None
        line = lines[concept.line - 1]
        # A line that ends otherwise goes on in the next one.
        if photos and line.endswith((":", "}")) and not line.lstrip().startswith("?"):
            lines[concept.line - 1] = f"{line}  # {photos:,} photo{'' if photos == 1 else 's'}"
    return "\n".join(lines)
