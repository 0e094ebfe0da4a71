"""Immich's answers, as far as they are read. What a version adds or leaves out does not matter."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Version(_Answer):
    """The server's version (``ServerVersionResponseDto``)."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


class Tag(_Answer):
    """A tag of the account (``TagResponseDto``)."""

    id: str
    value: str  # the full path: two tags may share a name

    @property
    def path(self) -> tuple[str, ...]:
        """Names from the top to this tag; empty for one without a name."""
        return tuple(name for name in self.value.split("/") if name)
