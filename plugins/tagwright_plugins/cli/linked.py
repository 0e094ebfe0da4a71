"""A photo tool's own tags as the vocabulary, read anew by every run: ``taxonomy = "digikam:"``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagwright_adapters.vocabularies.vocabulary import Vocabulary

_DIGIKAM = "digikam:"


def is_linked(named: str) -> bool:
    """Whether a taxonomy's name is a link to a photo tool; a file of that name goes before it."""
    return named.startswith(_DIGIKAM) and not Path(named).is_file()


def linked_place(named: str) -> Path | None:
    """Return the place that a link names; None: the usual ones."""
    place = named.removeprefix(_DIGIKAM)
    return Path(place) if place else None


def read_linked(named: str, language: str | None = None) -> Vocabulary:
    """Return the tags as they are now; ``language`` is that of their names, by default English.

    Raises:
        TagwrightError: they cannot be read, or there are none.
    """
    from tagwright_adapters.vocabularies.digikam import from_digikam  # noqa: PLC0415 - lazy

    return from_digikam(linked_place(named), language=language or "en")
