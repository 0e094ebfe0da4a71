"""How an account is written to."""

from __future__ import annotations

from dataclasses import dataclass

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImmichOptions:
    """What people may choose for one account."""

    root: Path = ()  # all of our tags stand below this one
    colour: str = ""  # of the tags that we make: "#A855F7"; empty: Immich's own
    leave_alone: Path = ()  # what has this tag is not looked at, nor written to; empty: no such tag
    again: Path = ()  # what has this tag is to be looked at anew; empty: no such tag

    def is_bookkeeping(self, path: Path) -> bool:
        """Say whether a tag is no word of the user's: one that controls us, or a place of ours."""
        at = len(self.root)
        return path in self.control or (at > 0 and path[:at] == self.root[: len(path)])

    @property
    def control(self) -> frozenset[Path]:
        """The tags by which people tell us what to do: they say nothing of a photo."""
        return frozenset(filter(None, (self.leave_alone, self.again)))
