"""Letting the vocabulary grow: by a concept, or by words for one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from enum import StrEnum

from tagwright.errors import ConfigurationError
from tagwright.taxonomy.naming import Names
from tagwright_plugins.cli.taxonomy.vocabulary_file import new_concept, new_labels
from tagwright_plugins.review_page.desk import Desk


class How(StrEnum):
    """What a name becomes."""

    CONCEPT = "concept"  # a new one
    WORD = "word"  # an alternative label


async def grow(desk: Desk, labels: Sequence[str], how: How, where: str) -> str:
    """Edit the vocabulary file; return the concept that these labels then mean.

    Args:
        desk: Knows the vocabulary, and is given the new one.
        labels: As a new concept, the first is its preferred label, the others alternative ones.
        how: As a concept of their own, or as words for another.
        where: Names the concept above a new one, empty for none; or the one to get the words.

    Raises:
        TagwrightError: there is no such concept, or the file cannot be changed.
    """
    names = Names(desk.taxonomy)
    if how is How.WORD:
        if not where.strip():
            raise ConfigurationError("no concept was named.", cure="Go back and name one.")
        concept = names.concept(where.strip())
        grown = await asyncio.to_thread(new_labels, desk.configuration, concept, labels)
    else:
        broader = names.concept(where.strip()) if where.strip() else None
        grown, concept = await asyncio.to_thread(new_concept, desk.configuration, labels, broader)
    desk.writer.taxonomy = grown
    desk.grown()
    return concept
