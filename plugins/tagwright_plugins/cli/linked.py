"""A photo tool's own tags as the vocabulary, read anew by every run: ``taxonomy = "digikam:"``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagwright.configuration import Configuration
    from tagwright_adapters.vocabularies.vocabulary import Vocabulary

_DIGIKAM, _IMMICH = "digikam:", "immich:"


def is_linked(named: str) -> bool:
    """Whether a taxonomy's name is a link to a photo tool; a file of that name goes before it."""
    return is_digikam(named) or is_immich(named)


def is_digikam(named: str) -> bool:
    """Whether it is a link to digiKam."""
    return named.startswith(_DIGIKAM) and not Path(named).is_file()


def is_immich(named: str) -> bool:
    """Whether it is a link to an account of Immich."""
    return named.startswith(_IMMICH) and not Path(named).is_file()


def linked_place(named: str) -> Path | None:
    """Return the place that a link to digiKam names; None: the usual ones."""
    place = named.removeprefix(_DIGIKAM)
    return Path(place) if place else None


def read_linked(named: str, configuration: Configuration | None = None) -> Vocabulary:
    """Return the tags as they are now; their names are in the language that is configured.

    Without a configuration the one that is found goes for Immich.

    Raises:
        TagwrightError: they cannot be read, or there are none.
    """
    language = (configuration.language if configuration else None) or "en"
    if is_immich(named):
        from tagwright_plugins.immich.vocabulary import read_account  # noqa: PLC0415 - lazy

        account = named.removeprefix(_IMMICH) or None
        return read_account(configuration, account, language=language)
    from tagwright_adapters.vocabularies.digikam import from_digikam  # noqa: PLC0415 - lazy

    return from_digikam(linked_place(named), language=language)
