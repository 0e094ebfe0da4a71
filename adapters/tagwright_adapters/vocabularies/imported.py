"""What reading a vocabulary from somewhere gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tagwright.taxonomy import Problem, Taxonomy, dump_taxonomy, parse_taxonomy


@dataclass(frozen=True, slots=True)
class Imported:
    """A taxonomy from a source, with what a person should know of how it came about."""

    taxonomy: Taxonomy
    warnings: tuple[Problem, ...] = ()  # what was mended, joined or left out, each with a cure
    photos: Mapping[str, int] = field(default_factory=dict)
    """How many photos carry each concept itself, by identifier, where the source knows."""


def dump_counted(imported: Imported) -> str:
    """Return the taxonomy as YAML, with the number of photos as a comment beside each concept."""
    text = dump_taxonomy(imported.taxonomy)
    lines = text.split("\n")
    for concept in parse_taxonomy(text):
        photos = imported.photos.get(concept.id, 0)
        assert concept.line is not None
        line = lines[concept.line - 1]
        if photos and line.endswith(":") and not line.lstrip().startswith("?"):
            lines[concept.line - 1] = f"{line}  # {photos:,} photo{'' if photos == 1 else 's'}"
    return "\n".join(lines)
