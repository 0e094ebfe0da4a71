"""The two halves of a CLIP model, run by onnxruntime in this process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagwright_adapters.clip.layout import TEXTUAL, VISUAL, broken
from tagwright_adapters.clip.preprocessing import Preprocessing
from tagwright_adapters.clip.scoring import Vectors, unit
from tagwright_adapters.clip.tokens import Tokens
from tagwright_adapters.inference import open_model

_BATCH = 32  # texts
_TYPES = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(int32)": np.int32,
    "tensor(int64)": np.int64,
}


class PictureEncoder:
    """Turns pictures into vectors of length 1. May be used by several threads."""

    def __init__(self, folder: Path) -> None:
        """Load the half for pictures; raises a ConfigurationError where that cannot be done."""
        self._folder = folder
        self._preprocessing = Preprocessing.read(folder)
        self._session = _session(folder, VISUAL, threads=1)  # photos are what runs side by side
        self._input = self._session.get_inputs()[0]

    def __call__(self, jpeg: bytes) -> Vectors:
        """Return the vector of a picture.

        Raises:
            TaggerAnswerError: the picture cannot be decoded.
            ConfigurationError: the model fails.
        """
        pixels = self._preprocessing.pixels(jpeg)
        given: NDArray[Any] = pixels  # some models do the rest themselves
        if self._input.type != "tensor(uint8)":
            given = self._preprocessing.normalised(pixels)
            given = given.astype(_TYPES.get(self._input.type, np.float32))
        row: Vectors = _rows(self._folder, self._session, {self._input.name: given[None]})[0]
        return row


class TextEncoder:
    """Turns texts into vectors of length 1."""

    def __init__(self, folder: Path, language: str) -> None:
        """Load the half for texts; raises a ConfigurationError where that cannot be done."""
        self._folder = folder
        self._tokens = Tokens(folder, language)
        self._session = _session(folder, TEXTUAL, threads=0)
        self._inputs = self._session.get_inputs()
        many = any(isinstance(one.shape[0], str) for one in self._inputs)
        self._batch = _BATCH if many else 1

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Return a row for each text.

        Raises:
            ConfigurationError: the model fails.
        """
        batches = [texts[at : at + self._batch] for at in range(0, len(texts), self._batch)]
        return np.concatenate([self._run(batch) for batch in batches])

    def _run(self, texts: Sequence[str]) -> Vectors:
        ids, mask = self._tokens(texts)
        given = {
            one.name: (mask if "mask" in one.name else ids).astype(_TYPES.get(one.type, np.int32))
            for one in self._inputs
        }
        return _rows(self._folder, self._session, given)


def _session(folder: Path, name: str, *, threads: int) -> Any:
    try:
        return open_model(folder / name, threads)
    except Exception as exc:  # onnxruntime's errors share no base of their own
        raise broken(folder, f"{name}: {exc}") from exc


def _rows(folder: Path, session: Any, given: dict[str, NDArray[Any]]) -> Vectors:
    try:
        return unit(np.asarray(session.run(None, given)[0], dtype=np.float32))
    except Exception as exc:  # onnxruntime's errors share no base of their own
        raise broken(folder, str(exc).partition("\n")[0]) from exc
