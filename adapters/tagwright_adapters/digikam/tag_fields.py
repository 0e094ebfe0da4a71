"""The metadata fields that digiKam takes tags from and writes them to: Metadata > Advanced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tagwright_adapters.digikam.rc import Group, is_on

TAGS_LIST = "Xmp.digiKam.TagsList"
HIERARCHICAL_SUBJECT = "Xmp.lr.hierarchicalSubject"
SUBJECT = "Xmp.dc.subject"

_GROUP = "DMetadata Settings"


@dataclass(frozen=True, slots=True)
class TagFields:
    """What is switched on there, in digiKam's order and by its names."""

    read: tuple[str, ...]  # the first that a photo has counts
    written: tuple[str, ...]
    reads_all: bool  # not the first only, but all of them together


def tag_fields(groups: Mapping[str, Group]) -> TagFields | None:
    """Return what a ``digikamrc`` says of them; None: nobody has changed digiKam's own choice."""
    read, written = _fields(groups, "read"), _fields(groups, "write")
    if not read:
        return None
    general = groups.get(_GROUP, {})
    unified = is_on(general, "unifyReadWrite", default=True)
    return TagFields(
        read=_enabled(read),
        written=_enabled(read if unified else written),
        reads_all=is_on(general, "readingAllTags", default=False),
    )


def _fields(groups: Mapping[str, Group], way: str) -> dict[str, Group]:
    """Return the settings of each field, by its name, which before 7.2 was that of the group."""
    start = f"{_GROUP}][{way}TagsNamespaces]["
    return {
        group.get("namespaceName", name.removeprefix(start)): group
        for name, group in groups.items()
        if name.startswith(start)
    }


def _enabled(fields: Mapping[str, Group]) -> tuple[str, ...]:
    disabled = {name for name, one in fields.items() if is_on(one, "isDisabled", default=False)}
    return tuple(sorted(fields.keys() - disabled, key=lambda name: _index(fields[name])))


def _index(group: Group) -> int:
    text = group.get("index", "")
    return int(text) if text.isdecimal() else 0
