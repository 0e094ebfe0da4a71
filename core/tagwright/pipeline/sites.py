"""Folders that go by settings of their own, within one run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tagwright.pipeline.results import Session
from tagwright.ports import Listing


class Sites:
    """Says for each asset by whose settings it goes: those of the deepest folder that has some."""

    def __init__(self, session: Session) -> None:
        rest = replace(session, sites=())
        sites = sorted(session.sites, key=lambda site: len(site.folder), reverse=True)
        self._folders = [site.folder for site in sites]
        self.sessions: Sequence[Session] = (
            *(replace(rest, library=site.library, settings=site.settings) for site in sites),
            rest,
        )
        """One for each, that of all other folders at the end."""

    def index(self, reference: str) -> int:
        """Return the place in ``sessions`` of that of an asset or a folder."""
        for index, folder in enumerate(self._folders):
            if reference.startswith(folder):
                return index
        return len(self._folders)

    def parted(self, listings: Iterable[Listing]) -> Sequence[Sequence[Listing]]:
        """Part listings by the settings that their folders go by, in the order of the sessions."""
        parts: list[list[Listing]] = [[] for _ in self.sessions]
        for listing in listings:
            parts[self.index(listing.folder)].append(listing)
        return parts
