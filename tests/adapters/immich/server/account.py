"""People with an account, their keys and what they switched on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.adapters.immich.server.clock import Clock
from tests.adapters.immich.server.tags import Tags

LEAST = frozenset({"asset.read", "asset.view", "tag.read", "tag.create", "tag.asset"})
"""What a key needs to tag."""


@dataclass
class Account:
    """One user with one key."""

    id: str
    name: str
    key: str
    tags: Tags
    key_id: str
    permissions: set[str] = field(default_factory=lambda: set(LEAST))
    tags_on: bool = True  # whether the Tags feature is shown; Immich begins with it switched off
    partners: list[str] = field(default_factory=list)  # whose timelines show among one's own

    @property
    def shown(self) -> dict[str, Any]:
        """Return what others see."""
        return {
            "id": self.id,
            "name": self.name,
            "email": f"{self.name.lower()}@example.org",
            "profileImagePath": "",
            "avatarColor": "primary",
            "profileChangedAt": "2026-11-01T00:00:00.000Z",
        }

    def own(self, clock: Clock) -> dict[str, Any]:
        """Return what the account sees of itself."""
        unset = ("deletedAt", "license", "quotaSizeInBytes", "quotaUsageInBytes", "storageLabel")
        about = {"isAdmin": False, "oauthId": "", "shouldChangePassword": False, "status": "active"}
        times = {"createdAt": clock.stamp(0), "updatedAt": clock.stamp(0)}
        return self.shown | about | times | dict.fromkeys(unset)

    def key_shown(self, clock: Clock) -> dict[str, Any]:
        """Return its key."""
        times = {"createdAt": clock.stamp(0), "updatedAt": clock.stamp(0)}
        named = {"id": self.key_id, "name": "tagwright"}
        return named | times | {"permissions": sorted(self.permissions)}

    def preferences(self, *, old: bool) -> dict[str, Any]:
        """Return what is switched on."""
        on = {"enabled": True, "sidebarWeb": True}
        hide = {"hideBuyButtonUntil": "2022-02-12T00:00:00.000Z", "showSupportBadge": True}
        emails = {"enabled": True, "albumInvite": True, "albumUpdate": True}
        return {
            "albums": {"defaultAssetOrder": "desc"},
            "cast": {"gCastEnabled": False},
            "download": {"archiveSize": 4_294_967_296, "includeEmbeddedVideos": False},
            "emailNotifications": emails,
            "folders": {"enabled": False, "sidebarWeb": False},
            "memories": {"enabled": True, "duration": 5},
            "people": on,
            "purchase": hide,
            "ratings": {"enabled": False},
            "sharedLinks": on,
            "tags": {"enabled": self.tags_on, "sidebarWeb": self.tags_on},
        } | ({} if old else {"recentlyAdded": {"sidebarWeb": True}})
