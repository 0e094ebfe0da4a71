"""All that one server holds, and who may see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.adapters.immich.server.account import Account
from tests.adapters.immich.server.assets import Asset, Happened, View
from tests.adapters.immich.server.clock import Clock
from tests.adapters.immich.server.tags import Tags


@dataclass
class Album:
    """A collection, perhaps shared with others."""

    id: str
    name: str
    owner: str
    created: float
    description: str = ""
    editors: list[str] = field(default_factory=list)
    assets: list[str] = field(default_factory=list)


@dataclass
class Library:
    """Accounts, assets and albums."""

    clock: Clock
    view: View
    accounts: dict[str, Account] = field(default_factory=dict)
    assets: dict[str, Asset] = field(default_factory=dict)
    albums: dict[str, Album] = field(default_factory=dict)
    workflows: dict[str, dict[str, Any]] = field(default_factory=dict)
    external_domain: str = ""  # as the administrator has set it

    def account(self, name: str, key: str) -> Account:
        """Add somebody."""
        made = Account(self.clock.uuid(), name, key, Tags(self.clock), self.clock.uuid())
        self.accounts[made.id] = made
        return made

    def album(self, name: str, owner: Account, editors: tuple[Account, ...] = ()) -> Album:
        """Add an album."""
        shared = [editor.id for editor in editors]
        made = Album(self.clock.uuid(), name, owner.id, self.clock.now, editors=shared)
        self.albums[made.id] = made
        return made

    def readable(self, number: str, by: Account) -> Asset | None:
        """Return an asset that somebody owns, or sees in an album; locked ones look missing."""
        asset = self.assets.get(number)
        if asset is None or asset.visibility == "locked":
            return None
        shared = (album for album in self.albums.values() if by.id in album.editors)
        if asset.owner in (by.id, *by.partners) or any(number in album.assets for album in shared):
            return asset
        return None

    def owned(self, number: str, by: Account) -> Asset | None:
        """Return an asset that somebody may change."""
        asset = self.readable(number, by)
        return asset if asset is not None and asset.owner == by.id else None

    def forget(self, number: str, by: Account) -> None:
        """Delete a tag with all below it; the sidecars that name them stay as they are."""
        gone = by.tags.under(number)
        for asset in self.assets.values():
            if asset.tags & gone:
                self.retag(asset, asset.tags - gone, "deleted")
        by.tags.remove(number)

    def retag(self, asset: Asset, tags: set[str], what: str) -> None:
        """Have an asset carry these tags from now on, and keep in mind what happened."""
        known = self.tags_of(asset)

        def named(numbers: set[str]) -> tuple[str, ...]:
            return tuple(sorted(known[one].value for one in numbers if one in known))

        came, went = named(tags - asset.tags), named(asset.tags - tags)
        asset.history.append(Happened(self.clock.now, what, came, went))
        asset.tags = tags

    def tags_of(self, asset: Asset) -> Tags:
        """Return the tags of the one whose asset it is."""
        return self.accounts[asset.owner].tags
