"""The photos of each library, and who judges them: accounts may have settings of their own."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from tagwright.configuration import Configuration
from tagwright.configuration.binding import make_policy
from tagwright.configuration.folders import apply
from tagwright.configuration.immich import AccountSection
from tagwright.errors import LibraryError
from tagwright.libraries import Libraries
from tagwright.pipeline import Judge
from tagwright.state.visits import Selection
from tagwright.taxonomy import Taxonomy
from tagwright_plugins.cli import wording
from tagwright_plugins.cli.assembly import make_mapping, make_taxonomy


@dataclass(slots=True)
class Part:
    """Some photos of one library."""

    selection: Selection
    judge: Judge
    changed: array[int] = field(default_factory=lambda: array("q"))  # identifiers of assets


class PartMaker:
    """Makes a part for each library that has any photos."""

    def __init__(
        self,
        configuration: Configuration,
        taxonomy: Taxonomy,
        libraries: Libraries,
        note: Callable[[str], None],
    ) -> None:
        """``note`` is told of what is left out."""
        self._configuration = configuration
        self._taxonomy = taxonomy
        self._mapping = make_mapping(configuration)
        self._libraries = libraries
        self._note = note

    async def parts(self, selection: Selection, names: Collection[str]) -> list[Part]:
        """Return the part of the main library, and those of others of some names.

        Args:
            selection: Which photos of the main library; of the others likewise.
            names: Of the libraries that have any photos.
        """
        main = self._libraries.main
        policy = make_policy(self._configuration, self._taxonomy)
        if vain := wording.albums(policy, main.holds):
            self._note(vain)
        judge = Judge(self._taxonomy, policy, self._mapping, main.holds)
        found = [Part(selection, judge)]
        accounts = {one.library: one for one in self._configuration.immich.accounts}
        for name in sorted({*names} - {main.name}):
            try:
                judge = await self._judge(name, accounts.get(name))
            except LibraryError as exc:
                self._note(f"Photos left as they are: {exc}")
                continue
            found.append(Part(replace(selection, library=name), judge))
        return found

    async def _judge(self, name: str, account: AccountSection | None) -> Judge:
        holds = (await self._libraries.of(name)).holds
        assert account is not None  # else there would be no such library
        here, taxonomy = apply(self._configuration, account), self._taxonomy
        if account.taxonomy or account.language:
            taxonomy = make_taxonomy(here)
        return Judge(taxonomy, make_policy(here, taxonomy), self._mapping, holds)
