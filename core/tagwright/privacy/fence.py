"""The fence itself: a pure decision on what is known of a photo and on how it looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tagwright.model import AssetRef, ExtraField, Facts
from tagwright.privacy.patterns import Pattern
from tagwright.privacy.people import names_people


class Kept(NamedTuple):
    """Why a photo stays."""

    by: str  # folder, person, tag, document
    what: str

    def __str__(self) -> str:
        return f"{self.by} {self.what}"


@dataclass(frozen=True, slots=True)
class Fence:
    """What stays in the house; without any entry, nothing does."""

    folders: tuple[Pattern, ...] = ()
    people: tuple[Pattern, ...] = ()
    tags: tuple[Pattern, ...] = ()
    documents: bool = False  # whether pictures that look like documents stay

    @property
    def key(self) -> list[object]:
        """All that decides, as plain data; empty where nothing stays."""
        lists = (self.folders, self.people, self.tags)
        named = [sorted(pattern.text for pattern in one) for one in lists]
        return [*named, self.documents] if any(named) or self.documents else []

    def keeps(self, ref: AssetRef, facts: Facts, looks: str = "") -> Kept | None:
        """Return why a photo stays, or None.

        Args:
            ref: The photo; the folders in its reference count, however deep in them a run began.
            facts: What is known of it, with the tags of whomever.
            looks: Why it looks like a document, if it does and that is known yet.
        """
        found = (self._folder(ref, facts), self._person(facts), self._tag(facts))
        by_facts = next(filter(None, found), None)
        if by_facts is not None or not (self.documents and looks):
            return by_facts
        return Kept("document", f"({looks})")

    def _folder(self, ref: AssetRef, facts: Facts) -> Kept | None:
        if not self.folders:
            return None
        albums = [(one.value,) for one in facts.extras if one.field is ExtraField.ALBUM]
        above = tuple(filter(None, ref.reference.split("/")[:-1]))
        chains = [above, facts.folders, *albums]
        plain = [tuple(name.replace("%25", "%") for name in chain) for chain in chains]
        return _first("folder", self.folders, plain)

    def _person(self, facts: Facts) -> Kept | None:
        for pattern in self.people:
            plain = not set("*?[") & set(pattern.text)
            if any(pattern.fits(name) for name in _names(facts, every_tag=plain)):
                return Kept("person", repr(pattern.text))
        return None

    def _tag(self, facts: Facts) -> Kept | None:
        return _first("tag", self.tags, [*facts.tags, *facts.keywords])


def _names(facts: Facts, *, every_tag: bool) -> Iterator[str]:
    """Yield the names of who may be on a photo.

    With ``every_tag``, also tags outside the branches of people: a name is rarely anything else.
    """
    yield from facts.people
    for path in (*facts.tags, *facts.keywords):
        if path and (every_tag or (len(path) > 1 and names_people(path))):
            yield path[-1]


def _first(by: str, patterns: tuple[Pattern, ...], chains: list[tuple[str, ...]]) -> Kept | None:
    for pattern in patterns:
        if any(map(pattern.covers, chains)):
            return Kept(by, repr(pattern.text))
    return None
