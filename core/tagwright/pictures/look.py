"""How a picture looks, in a few bytes, so that the frames of one burst are known as such."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from typing import Self

from PIL import Image

from tagwright.pictures.stills import decoding

# All of these are measured by tests/quality/bursts.py.
_SIDE = 8  # cells a side
_STEP = 2  # of 255; between neighbours: less is noise, and no gradient to go by
_TELLING = 72  # of 128 gradients that must be steeper, or the picture has too few features
_TOLERANCE = 20.0  # of 255; that a cell's colours may differ, exposure aside
_EXPOSURE = 0.6  # doublings; that the brightness of the whole may differ
_HASH_BYTES = 2 * _SIDE * _SIDE // 8
_BYTES = _HASH_BYTES + 3 * _SIDE * _SIDE


@dataclass(frozen=True, slots=True)
class Look:
    """A difference hash of 128 bits, across and down, and the mean colours of 8 by 8 cells.

    The hash does not mind exposure and sees where edges are; the colours see what comes into the
    picture or goes out of it while the edges of the rest stay.
    """

    gradients: int
    cells: bytes  # RGB, row by row

    def distance(self, other: Look) -> int:
        """Return how many of the 128 gradients go the other way."""
        return (self.gradients ^ other.gradients).bit_count()

    def resembles(self, other: Look, distance: int) -> bool:
        """Say whether both are of one scene: at most that far apart, and of the same colours."""
        return self.distance(other) <= distance and self._agrees(other)

    def __str__(self) -> str:
        """Return it as text to store."""
        return (self.gradients.to_bytes(_HASH_BYTES) + self.cells).hex()

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return what :meth:`__str__` was made of; None for the look of another version of ours."""
        data = bytes.fromhex(text)
        if len(data) != _BYTES:
            return None
        return cls(int.from_bytes(data[:_HASH_BYTES]), data[_HASH_BYTES:])

    def _agrees(self, other: Look) -> bool:
        dark, light = sorted((self.cells, other.cells), key=sum)
        ratio = sum(light) / max(1, sum(dark))
        pairs = zip(light, dark, strict=True)
        return ratio <= 2**_EXPOSURE and all(abs(a - b * ratio) <= _TOLERANCE for a, b in pairs)


def look(jpeg: bytes) -> Look | None:
    """Return the look of a rendition; None where it has too few features to tell it by.

    Takes about 1 ms of CPU for 750 pixels. May be called in several threads at once.

    Raises:
        UnreadableError: this is no JPEG.
    """
    with decoding():
        with Image.open(BytesIO(jpeg), formats=("JPEG",)) as image:
            image.draft("RGB", (_SIDE * _SIDE, _SIDE * _SIDE))
            colours = image.convert("RGB")
        cells = colours.resize((_SIDE, _SIDE), Image.Resampling.BOX).tobytes()
        grey = colours.convert("L")
        rows = _grid(grey, _SIDE + 1, _SIDE)
        columns = zip(*_grid(grey, _SIDE, _SIDE + 1), strict=True)
    steps = [after - before for line in (*rows, *columns) for before, after in pairwise(line)]
    if sum(abs(step) >= _STEP for step in steps) < _TELLING:
        return None
    return Look(int("".join("1" if step > 0 else "0" for step in steps), 2), cells)


def _grid(grey: Image.Image, width: int, height: int) -> list[bytes]:
    data = grey.resize((width, height), Image.Resampling.BOX).tobytes()
    return [data[start : start + width] for start in range(0, len(data), width)]
