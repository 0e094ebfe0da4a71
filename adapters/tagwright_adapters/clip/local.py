"""A CLIP model in this process: from a folder of the user's, or fetched once."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tagwright.ports import Progress
from tagwright_adapters.clip.download import Source, fetch
from tagwright_adapters.clip.layout import FILES, broken, missing
from tagwright_adapters.clip.scoring import Vectors

if TYPE_CHECKING:
    from tagwright_adapters.clip.onnx import PictureEncoder, TextEncoder


class LocalModel:
    """Runs a model on this machine. Implements :class:`tagwright_adapters.clip.encoder.Encoder`."""

    leaves_machine = False
    host = ""

    def __init__(self, folder: Path, language: str, source: Source | None = None) -> None:
        """Make it; nothing is fetched or loaded yet.

        Args:
            folder: Where its files are, or are to be put.
            language: Of the texts, BCP 47.
            source: Where they are fetched from; None: they must be there.

        Raises:
            ConfigurationError: files are missing and there is no source.
        """
        self.model = source.model if source else folder.name
        self.concurrency = os.cpu_count() or 1
        self._folder = folder
        self._language = language
        self._source = source
        if source is None and (lacks := missing(folder)):
            raise broken(folder, f"it lacks {', '.join(lacks)}")
        self.key = f"clip {source.model}" if source else f"clip {_hash(folder)}"
        self._pictures: PictureEncoder | None = None
        self._texts: TextEncoder | None = None
        self._loading = asyncio.Lock()

    @property
    def where(self) -> str:
        """Where it runs, for people."""
        return "on this machine"

    async def prepare(self, progress: Progress) -> None:
        """Fetch what is missing and load the half for pictures.

        Raises:
            MissingProgramError: it cannot be fetched now.
            ConfigurationError: there is no such model, or it cannot be run.
        """
        async with self._loading:
            if self._pictures is not None:
                return
            if self._source is not None:
                await fetch(self._source, self._folder, progress)
            # Loads onnxruntime, which listing taggers can do without.
            from tagwright_adapters.clip.onnx import PictureEncoder  # noqa: PLC0415

            self._pictures = await asyncio.to_thread(PictureEncoder, self._folder)

    async def picture(self, jpeg: bytes) -> Vectors:
        """Return the vector of a picture; raises as :meth:`prepare` and the model do."""
        if self._pictures is None:
            await self.prepare(lambda *_: None)
        assert self._pictures is not None
        return await asyncio.to_thread(self._pictures, jpeg)

    async def texts(self, texts: Sequence[str]) -> Sequence[Vectors]:
        """Return a vector for each text. Its half is only loaded where a vocabulary is new."""
        if self._texts is None:
            from tagwright_adapters.clip.onnx import TextEncoder  # noqa: PLC0415 - as above

            self._texts = await asyncio.to_thread(TextEncoder, self._folder, self._language)
        return list(await asyncio.to_thread(self._texts, texts))

    async def aclose(self) -> None:
        """Release the model."""
        self._pictures = self._texts = None


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in FILES:
        try:
            with (folder / name).open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as exc:
            raise broken(folder, f"{name} cannot be read: {exc.strerror}") from exc
    return digest.hexdigest()[:16]
