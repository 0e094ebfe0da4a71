"""Which folders go by settings of their own."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from tagwright.configuration import Configuration
from tagwright.configuration.folders import OWN, apply, read_own
from tagwright.errors import ConfigurationError
from tagwright_adapters.files.names import resolved
from tagwright_adapters.files.scan import is_wanted_folder

logger = logging.getLogger(__name__)


def places(configuration: Configuration, roots: Sequence[Path]) -> dict[Path, Configuration]:
    """Return what holds in each folder that has settings of its own; blocking.

    They are laid over those of the folders above, so that no file opens what one above it closed;
    and what the person's own configuration says of a folder goes before the file in it. A file that
    cannot be used is logged and passed over.
    """
    named = {resolved(one.path): one for one in configuration.watch.folder}
    found = {folder for root in roots for folder in _own(resolved(root))}
    made: dict[Path, Configuration] = {}
    for folder in sorted(found | named.keys(), key=lambda one: len(one.parts)):
        above = next((made[one] for one in folder.parents if one in made), configuration)
        here = above
        if folder in found:
            here = _with_own(here, folder)
        if folder in named:
            here = apply(here, named[folder])
        if here is not above:
            made[folder] = here
    return made


def _with_own(configuration: Configuration, folder: Path) -> Configuration:
    try:
        return apply(configuration, read_own(folder / OWN))
    except ConfigurationError as exc:
        logger.error("Not taken: %s", exc)  # noqa: TRY400 - no fault of the program
        return configuration


def _own(root: Path) -> Iterator[Path]:
    for folder, below, files in os.walk(root):
        below[:] = filter(is_wanted_folder, below)
        if OWN in files:
            yield Path(folder)
