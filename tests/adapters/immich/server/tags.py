"""The tags of one account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.adapters.immich.server.clock import Clock


@dataclass
class Tag:
    """One tag; its value never changes."""

    id: str
    value: str  # the path as the server has it
    name: str
    parent: str | None  # identifier
    at: float  # s, when it was made
    color: str | None = None

    def shown(self, clock: Clock) -> dict[str, Any]:
        """Return it as in answers."""
        times = {"createdAt": clock.stamp(self.at), "updatedAt": clock.stamp(self.at)}
        optional = {"parentId": self.parent, "color": self.color}
        named = {"id": self.id, "name": self.name, "value": self.value}
        return named | times | {key: value for key, value in optional.items() if value is not None}


class Tags:
    """All tags, by identifier. Told apart by value, byte for byte."""

    def __init__(self, clock: Clock) -> None:
        """Begin without any."""
        self._clock = clock
        self._by_id: dict[str, Tag] = {}

    def __contains__(self, number: object) -> bool:
        """Whether there is a tag of this identifier."""
        return number in self._by_id

    def __getitem__(self, number: str) -> Tag:
        """Return the tag of an identifier."""
        return self._by_id[number]

    def all(self) -> list[Tag]:
        """Return all by value."""
        return sorted(self._by_id.values(), key=lambda tag: tag.value)

    def find(self, value: str) -> Tag | None:
        """Return the tag of a value."""
        return next((tag for tag in self._by_id.values() if tag.value == value), None)

    def upsert(self, values: Iterable[str]) -> list[Tag]:
        """Make what is missing, parents included; return the leaves, without doubles."""
        known = {tag.value: tag for tag in self._by_id.values()}
        leaves: dict[str, Tag] = {}
        for value in values:
            names = [name for name in value.split("/") if name]
            tag: Tag | None = None
            for depth, name in enumerate(names, 1):
                path = "/".join(names[:depth])
                tag = known.get(path) or self.add(path, name, tag.id if tag else None)
                known[path] = tag
            if tag is not None:
                leaves[tag.id] = tag
        return list(leaves.values())

    def add(self, value: str, name: str, parent: str | None, color: str | None = None) -> Tag:
        """Make one tag."""
        tag = Tag(self._clock.uuid(), value, name, parent, self._clock.now, color)
        self._by_id[tag.id] = tag
        return tag

    def remove(self, number: str) -> None:
        """Take one away with all below it."""
        for below in self.under(number):
            del self._by_id[below]

    def under(self, number: str) -> set[str]:
        """Return the identifiers of a tag and of all below it."""
        found, waiting = set[str](), [number]
        while waiting:
            found.add(one := waiting.pop())
            waiting += [tag.id for tag in self._by_id.values() if tag.parent == one]
        return found
