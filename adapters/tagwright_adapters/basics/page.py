"""Paper with writing on it, as far as it can be measured without reading: text on a light page.

A picture is looked at in tiles. One is blank where nearly all of it is as light as the lightest
around, and written on where fine dark strokes stand on such a ground; "around" is a tenth of the
picture, so that uneven light and shadows on a photographed page do not count.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter, UnidentifiedImageError

from tagwright.errors import TaggerError

_EDGE = 750  # px; smaller, letters of a whole page run together
_TILE = 10  # px
_STROKE, _GROUND = 0.25, 0.10  # darker than the ground by so much: ink; no more paper
_DIM = 70  # of 255: below, nothing counts as paper
_GAUDY = 48  # of 128: more coloured, nothing does
_STEP = 14  # of 255: tiles of one page differ from neighbours by no more


@dataclass(frozen=True, slots=True)
class Page:
    """The patch of paper with most writing on it, in shares of the picture (0 to 1)."""

    area: float = 0.0
    written: float = 0.0
    lines: float = 0.0  # rows of tiles with four or more in a row written on
    smudge: float = 1.0  # share of the written tiles that is neither paper …
    lightness: float = 0.0  # … of the page, as a share of the picture's lightest

    @classmethod
    def of(cls, data: bytes) -> Page:
        """Measure a JPEG.

        Raises:
            TaggerError: the data are no picture.
        """
        tiles = _Tiles.of(data)
        best = max(tiles.patches(), key=lambda patch: sum(map(tiles.is_written, patch)), default=[])
        return tiles.page(best)

    @property
    def is_document(self) -> bool:
        """Whether it looks like a letter, form, receipt, card or the like.

        The bounds were measured, see the README: photos have little of this at once.
        """
        return (
            self.written >= 0.02
            and self.written <= 0.6 * self.area
            and self.lines >= 0.08
            and self.smudge <= 0.48
            and self.lightness >= 0.6
        )


@dataclass(frozen=True, slots=True)
class _Tiles:
    """Measures of each tile, row by row."""

    across: int
    ink: list[float]  # share that is dark
    smudge: list[float]  # share that is not paper
    strokes: list[float]  # share where ink begins or ends, going sideways
    ground: list[int]  # luma of the lightest around, 0 to 255
    chroma: list[int]  # distance from grey, 0 to 128

    @classmethod
    def of(cls, data: bytes) -> _Tiles:
        luma, chroma = _channels(data)
        ground = luma.reduce(5).filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.BoxBlur(4))
        ground = ground.resize(luma.size, Image.Resampling.BILINEAR)
        depth = ImageChops.subtract(ground, luma)
        ink = _deeper(depth, ground, _STROKE)
        return cls(
            across=luma.width // _TILE,
            ink=_shares(ink),
            smudge=_shares(_deeper(depth, ground, _GROUND)),
            strokes=_shares(ImageChops.difference(ink, ImageChops.offset(ink, 1, 0))),
            ground=list(ground.reduce(_TILE).tobytes()),
            chroma=list(chroma.reduce(_TILE).tobytes()),
        )

    def is_written(self, tile: int) -> bool:
        """Whether fine strokes stand on a light ground there."""
        ink, strokes = self.ink[tile], self.strokes[tile]
        fine = strokes >= 0.05 and strokes >= 0.35 * ink
        return self._is_light(tile) and ink >= 0.03 and fine and self.smudge[tile] <= 0.72

    def patches(self) -> list[list[int]]:
        """Return the tiles of each patch of paper, blank or written on."""
        paper = {tile for tile in range(len(self.ink)) if self._is_paper(tile)}
        found = []
        while paper:
            patch = [paper.pop()]
            for tile in patch:
                near = [one for one in self._neighbours(tile) if one in paper]
                near = [one for one in near if abs(self.ground[one] - self.ground[tile]) <= _STEP]
                patch += near
                paper.difference_update(near)
            found.append(patch)
        return found

    def page(self, patch: list[int]) -> Page:
        """Return the measures of a patch."""
        written = [tile for tile in patch if self.is_written(tile)]
        if not written:
            return Page()
        tiles = len(self.ink)
        lightest = sorted(self.ground)[(tiles - 1) * 98 // 100]
        return Page(
            area=len(patch) / tiles,
            written=len(written) / tiles,
            lines=self._lines(set(written)) * self.across / tiles,
            smudge=sum(self.smudge[tile] for tile in written) / len(written),
            lightness=sum(self.ground[tile] for tile in patch) / len(patch) / lightest,
        )

    def _is_light(self, tile: int) -> bool:
        return self.ground[tile] >= _DIM and self.chroma[tile] <= _GAUDY

    def _is_paper(self, tile: int) -> bool:
        return (self._is_light(tile) and self.smudge[tile] <= 0.04) or self.is_written(tile)

    def _neighbours(self, tile: int) -> list[int]:
        column = tile % self.across
        beside = [tile - 1] * (column > 0) + [tile + 1] * (column < self.across - 1)
        return [*beside, tile - self.across, tile + self.across]

    def _lines(self, written: set[int]) -> int:
        """Count the rows of tiles with four or more in a row written on."""
        starts = (tile for tile in written if written.issuperset(range(tile, tile + 4)))
        return len({s // self.across for s in starts if s % self.across <= self.across - 4})


def _channels(data: bytes) -> tuple[Image.Image, Image.Image]:
    """Return luma, and distance from grey; whole tiles only."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.draft("YCbCr", (_EDGE, _EDGE))
            small = image.convert("YCbCr")
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as exc:
        msg = "the rendition cannot be decoded."
        raise TaggerError(msg, cure="Render the photo again.") from exc
    small.thumbnail((_EDGE, _EDGE))
    width, height = (max(_TILE, side // _TILE * _TILE) for side in small.size)
    luma, blue, red = small.crop((0, 0, width, height)).split()
    distance = [abs(value - 128) for value in range(256)]
    return luma, ImageChops.lighter(blue.point(distance), red.point(distance))


def _deeper(depth: Image.Image, ground: Image.Image, share: float) -> Image.Image:
    """Return white where luma is below the ground by more than a share of it, else black."""
    allowed = ground.point([int(share * value) for value in range(256)])
    return ImageChops.subtract(depth, allowed).point([0] + [255] * 255)


def _shares(mask: Image.Image) -> list[float]:
    return [value / 255 for value in mask.reduce(_TILE).tobytes()]
