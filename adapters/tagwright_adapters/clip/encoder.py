"""The port to what makes vectors of pictures and texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tagwright.ports import Progress
from tagwright_adapters.clip.scoring import Vectors


class Encoder(Protocol):
    """A CLIP model, wherever it runs. Vectors are of length 1."""

    @property
    def model(self) -> str:
        """The model's name, for people."""

    @property
    def where(self) -> str:
        """Where it runs, for people."""

    @property
    def key(self) -> str:
        """Everything that shapes its vectors."""

    @property
    def concurrency(self) -> int:
        """How many pictures may be with it at once."""

    @property
    def leaves_machine(self) -> bool:
        """Whether pictures go to another machine."""

    @property
    def host(self) -> str:
        """Which machine that is, with its port if that is not the usual one; empty: this one."""

    async def prepare(self, progress: Progress) -> None:
        """Fetch and load what it needs; raises a TagwrightError."""

    async def picture(self, jpeg: bytes) -> Vectors:
        """Return the vector of a picture. Raises a TagwrightError."""

    async def texts(self, texts: Sequence[str]) -> Sequence[Vectors]:
        """Return a vector for each text. Raises a TagwrightError."""

    async def aclose(self) -> None:
        """Release connections and memory."""
