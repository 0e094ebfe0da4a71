"""Pictures as a model was trained to see them, which is how open_clip prepares them."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from tagwright.errors import TaggerAnswerError
from tagwright_adapters.clip.layout import PREPROCESSING, broken

_RESAMPLING = {one.name.lower(): one for one in Image.Resampling}


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """What is done to each picture."""

    size: int  # px, of the square that the model sees
    mean: tuple[float, ...]  # of red, green, blue, from 0 to 1
    std: tuple[float, ...]
    resampling: Image.Resampling
    squash: bool  # the whole picture becomes the square, else its middle does

    @classmethod
    def read(cls, folder: Path) -> Preprocessing:
        """Read it from the folder of a model.

        Raises:
            ConfigurationError: it is missing, or asks for something that is not supported.
        """
        path = folder / PREPROCESSING
        try:
            return cls._parsed(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError, KeyError, IndexError) as exc:
            raise broken(folder, f"{PREPROCESSING} cannot be used: {exc!r}") from exc

    @classmethod
    def _parsed(cls, content: dict[str, Any]) -> Preprocessing:
        size = content["size"]
        mode = content.get("resize_mode", "shortest")
        if mode not in ("shortest", "squash"):
            msg = f"the resize_mode {mode!r} is not supported"
            raise ValueError(msg)
        made = cls(
            size=int(size[0] if isinstance(size, list) else size),
            mean=tuple(map(float, content["mean"])),
            std=tuple(map(float, content["std"])),
            resampling=_RESAMPLING[str(content.get("interpolation", "bicubic")).lower()],
            squash=mode == "squash",
        )
        if made.size < 1 or not len(made.mean) == len(made.std) == 3 or 0.0 in made.std:
            msg = "size, mean or std are not those of colour pictures"
            raise ValueError(msg)
        return made

    def pixels(self, jpeg: bytes) -> NDArray[np.uint8]:
        """Return the square, of shape (size, size, 3).

        Raises:
            TaggerAnswerError: the picture cannot be decoded.
        """
        try:
            with Image.open(io.BytesIO(jpeg)) as image:
                square = self._square(image.convert("RGB"))
        except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as exc:
            raise TaggerAnswerError(f"the rendition cannot be decoded: {exc}.") from exc
        return np.asarray(square, dtype=np.uint8)

    def normalised(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return what models are given, of shape (3, size, size)."""
        scaled = pixels.astype(np.float32) / 255.0
        mean, std = np.array(self.mean, np.float32), np.array(self.std, np.float32)
        return np.ascontiguousarray(((scaled - mean) / std).transpose(2, 0, 1), dtype=np.float32)

    def _square(self, image: Image.Image) -> Image.Image:
        side = self.size
        if self.squash:
            return image.resize((side, side), self.resampling)
        shortest = min(image.size)
        width, height = (max(side, side * edge // shortest) for edge in image.size)
        small = image.resize((width, height), self.resampling)
        left, upper = round((width - side) / 2), round((height - side) / 2)
        return small.crop((left, upper, left + side, upper + side))
