"""What Immich does by itself after an upload and after each tagging.

A tagging begins a chain: the tags that the asset has now are written into its sidecar, then the
metadata are read and take the place of the asset's tags. Chains of one asset run beside each
other, and each does with what it saw: that is how tags get lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from tests.adapters.immich.server.assets import Asset, thumbhash
from tests.adapters.immich.server.clock import Clock, Span
from tests.adapters.immich.server.library import Library
from tests.adapters.immich.server.xmp import Xmp, tag_values

Trigger = Callable[[str, Asset], None]
"""Is told "AssetCreate" or "AssetMetadataExtraction", and of which asset."""


class Listeners(Protocol):
    """Those at the websocket."""

    def ready(self, asset: Asset) -> None:
        """Hear that an upload has its thumbnail."""

    def updated(self, asset: Asset) -> None:
        """Hear that a change was written to the sidecar, and read."""


@dataclass(frozen=True)
class Delays:
    """How long each step takes, in seconds."""

    first_reading: Span = (0.02, 0.035)
    first_taking: Span = (0.005, 0.02)
    thumbnail: Span = (0.1, 0.2)
    begin: Span = (0.002, 0.01)
    writing: Span = (0.01, 0.1)
    reading: Span = (0.02, 0.06)
    taking: Span = (0.01, 0.04)


AS_MEASURED = Delays()


class Jobs:
    """The queues of one server."""

    def __init__(
        self, library: Library, delays: Delays, trigger: Trigger, listeners: Listeners
    ) -> None:
        """``trigger`` and ``listeners`` are told as things happen."""
        self._library = library
        self._delays = delays
        self._trigger = trigger
        self._listeners = listeners

    @property
    def _clock(self) -> Clock:
        return self._library.clock

    def uploaded(self, asset: Asset) -> None:
        """Read the metadata of a new asset, and make its thumbnail."""
        self._trigger("AssetCreate", asset)
        self._clock.after(self._delays.first_reading, lambda: self._read_first(asset))
        if not asset.corrupt and asset.visibility != "hidden":
            self._clock.after(self._delays.thumbnail, lambda: self._made(asset))

    def tagged(self, asset: Asset) -> None:
        """Write the sidecar after tags came or went."""
        self._clock.after(self._delays.begin, lambda: self._begin(asset))

    def described(self, asset: Asset, description: str) -> None:
        """Write the sidecar after a description was set; the tags in it stay."""
        changed = replace(asset.sidecar or Xmp(), description=description)
        self._clock.after(self._delays.writing, lambda: self._write(asset, changed))

    def refresh(self, asset: Asset) -> None:
        """Read the metadata again."""
        self._clock.after(self._delays.reading, lambda: self._read(asset))

    def clean_tags(self) -> None:
        """Delete tags without assets, as Immich does each night."""
        used = {number for asset in self._library.assets.values() for number in asset.tags}
        for account in self._library.accounts.values():
            for tag in account.tags.all():
                if tag.id in account.tags and not account.tags.under(tag.id) & used:
                    account.tags.remove(tag.id)

    def _made(self, asset: Asset) -> None:
        asset.thumbhash = thumbhash(asset)
        asset.updated = self._clock.now
        self._listeners.ready(asset)

    def _begin(self, asset: Asset) -> None:
        tags = self._library.tags_of(asset)
        seen = tuple(tag.value for tag in tags.all() if tag.id in asset.tags)
        self._clock.after(self._delays.writing, lambda: self._write_tags(asset, seen))

    def _write_tags(self, asset: Asset, values: tuple[str, ...]) -> None:
        self._write(asset, replace(asset.sidecar or Xmp(), tags_list=values or None))

    def _write(self, asset: Asset, sidecar: Xmp) -> None:
        if asset.external is None or not asset.external.read_only:
            asset.sidecar = sidecar
        self._clock.after(self._delays.reading, lambda: self._read(asset, written=True))

    def _read_first(self, asset: Asset) -> None:
        values = tag_values(asset.sidecar, asset.embedded)
        self._clock.after(self._delays.first_taking, lambda: self._take(asset, values))

    def _read(self, asset: Asset, *, written: bool = False) -> None:
        values = tag_values(asset.sidecar, asset.embedded)
        self._clock.after(self._delays.taking, lambda: self._take(asset, values, written=written))

    def _take(self, asset: Asset, values: tuple[str, ...], *, written: bool = False) -> None:
        tags = {tag.id for tag in self._library.tags_of(asset).upsert(values)}
        self._library.retag(asset, tags, "read")
        asset.updated = self._clock.now
        if written:  # no workflow hears of it: one that writes would begin itself again
            self._listeners.updated(asset)
        else:
            self._trigger("AssetMetadataExtraction", asset)
