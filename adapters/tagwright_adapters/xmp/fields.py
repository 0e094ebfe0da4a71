"""The fields that hold keywords, by XMP property and by exiftool's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tagwright_adapters.xmp.packet import Properties, texts

TAGS_LIST = "{http://www.digikam.org/ns/1.0/}TagsList"
LAST_KEYWORD = "{http://ns.microsoft.com/photo/1.0/}LastKeywordXMP"  # by Windows
LAST_KEYWORD_EXIFTOOL = "{http://ns.microsoft.com/photo/1.0}LastKeywordXMP"
HIERARCHICAL_SUBJECT = "{http://ns.adobe.com/lightroom/1.0/}hierarchicalSubject"
CATALOG_SETS = "{http://ns.iview-multimedia.com/mediapro/1.0/}CatalogSets"
CATEGORIES = "{http://ns.acdsee.com/iptc/1.0/}categories"
SUBJECT = "{http://purl.org/dc/elements/1.1/}subject"
PROVENANCE = "{http://ns.tagwright.org/1.0/}Tags"
REJECTED = "{http://ns.tagwright.org/1.0/}Rejected"

EXIFTOOL_NAMES: Mapping[str, str] = {
    "tagslist": "XMP-digiKam:TagsList",
    "lr": "XMP-lr:HierarchicalSubject",
    "dc": "XMP-dc:Subject",
    "iptc": "IPTC:Keywords",
}
"""Our short name of a field, as provenance notes it, to exiftool's."""

EXIFTOOL_PROVENANCE = "XMP-tagwright:Tags"
EXIFTOOL_REJECTED = "XMP-tagwright:Rejected"

WRITTEN = frozenset({TAGS_LIST, HIERARCHICAL_SUBJECT, SUBJECT, PROVENANCE})
"""The properties that we may change; everything else must read back as it was."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The entries of the fields that we write, exactly as they stand there."""

    tagslist: tuple[str, ...] = ()
    lr: tuple[str, ...] = ()
    dc: tuple[str, ...] = ()
    iptc: tuple[str, ...] | None = None  # None: there is no IPTC, and none is to be made

    def __getitem__(self, name: str) -> tuple[str, ...]:
        entries: tuple[str, ...] | None = getattr(self, name)
        return entries or ()


def read(properties: Properties, iptc: tuple[str, ...] | None) -> Fields:
    """Return the fields of one photo or sidecar."""
    return Fields(
        tagslist=texts(properties, TAGS_LIST),
        lr=texts(properties, HIERARCHICAL_SUBJECT),
        dc=texts(properties, SUBJECT),
        iptc=iptc,
    )
