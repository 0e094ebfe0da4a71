"""Whose notes are meant: those of folders and photos, or of whole accounts of Immich."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from tagwright.configuration import Configuration
from tagwright.configuration.immich import LIBRARY
from tagwright.errors import ConfigurationError
from tagwright.ports import NotingLibrary
from tagwright.state import Lane
from tagwright_plugins.cli.assembly import make_library
from tagwright_plugins.cli.libraries import make_libraries
from tagwright_plugins.cli.places import place


@dataclass(frozen=True, slots=True)
class Named:
    """What was named on the command line."""

    files: tuple[Path, ...] = ()  # and folders; all there
    accounts: tuple[str, ...] = ()  # of Immich, as libraries are named

    def under(self, library: str) -> list[str]:
        """Return what is meant of a library, as the state knows it."""
        return [library] if library in self.accounts else list(map(place, self.files))

    async def libraries(
        self, configuration: Configuration, lane: Lane, stack: AsyncExitStack
    ) -> Sequence[NotingLibrary]:
        """Return the libraries, that of files first; they are closed with the stack.

        Raises:
            TagwrightError: an account cannot be used, or nothing can be noted in it.
        """
        found: list[NotingLibrary] = []
        if self.files:
            library = make_library(configuration, self.files)
            stack.push_async_callback(library.aclose)
            found.append(library)
        others = make_libraries(configuration, lane)
        stack.push_async_callback(others.aclose)
        for name in self.accounts:
            account = await others.of(name)
            if not isinstance(account, NotingLibrary):
                raise ConfigurationError(f"there are no notes of ours in {name}.")
            found.append(account)
        return found


def named(paths: Iterable[Path]) -> Named:
    """Sort what was named.

    Raises:
        ConfigurationError: it is not there, or no whole account.
    """
    files, accounts = [], []
    for path in paths:
        if path.exists():
            files.append(path)
        elif str(path).startswith(LIBRARY):
            accounts.append(str(path))
        else:
            cure = "Name photos and folders, or whole accounts of Immich as in immich:main."
            raise ConfigurationError(f"{path} does not exist.", cure=cure)
    return Named(tuple(files), tuple(accounts))
