"""What the small picture is made of: colours, toning, light."""

from __future__ import annotations

import io
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from PIL import Image, UnidentifiedImageError

from tagwright.errors import TaggerError
from tagwright.model import Observation
from tagwright_adapters.basics.colours import colour_name
from tagwright_adapters.basics.labels import seen

_EDGE = 64  # px; colours and light are the same at any size
_NEUTRALS = frozenset({"black", "grey", "white"})


@dataclass(frozen=True)
class Look:
    """Statistics of a picture, taken once."""

    picture: Image.Image  # RGB, at most 64 px on its long edge

    @classmethod
    def of(cls, data: bytes) -> Look:
        """Decode a JPEG small.

        Raises:
            TaggerError: the data are no picture.
        """
        try:
            with Image.open(io.BytesIO(data)) as image:
                image.draft("RGB", (_EDGE, _EDGE))
                small = image.convert("RGB")
        except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as exc:
            msg = "the rendition cannot be decoded."
            raise TaggerError(msg, cure="Render the photo again.") from exc
        small.thumbnail((_EDGE, _EDGE), Image.Resampling.BOX)
        return cls(small)

    @cached_property
    def colours(self) -> dict[str, float]:
        """The share of the picture (0 to 1) by colour name, largest first."""
        centred = self.picture.point([(value & 0xF8) | 4 for value in range(256)] * 3)
        names: Counter[str] = Counter()
        for count, rgb in centred.getcolors(_EDGE * _EDGE) or ():
            assert isinstance(rgb, tuple)
            names[colour_name(rgb[0], rgb[1], rgb[2])] += count
        total = names.total()
        return {name: count / total for name, count in names.most_common()}

    @cached_property
    def brightness(self) -> list[int]:
        """Numbers of pixels by luma, 0 to 255."""
        return self.picture.convert("L").histogram()

    def share(self, start: int, stop: int) -> float:
        """Return the share of the picture with a luma from ``start`` up to but not ``stop``."""
        return sum(self.brightness[start:stop]) / sum(self.brightness)

    @cached_property
    def toning(self) -> Toning | None:
        """How coloured the middle tones are; None where black and white leave too few of them."""
        return Toning.of(self.picture)


@dataclass(frozen=True, slots=True)
class Toning:
    """Colour in levels of 8-bit YCbCr, whose neutral is (128, 128)."""

    strongest: float  # the distance from neutral that 99 % of the pixels stay within
    spread: float  # how far pixels of equal luma lie from each other (root mean square)
    blue: float  # mean Cb - 128
    red: float  # mean Cr - 128
    astray: float  # the share of pixels that are coloured otherwise than the mean
    levels: int  # how many of 51 steps of luma there are

    @classmethod
    def of(cls, picture: Image.Image) -> Toning | None:
        """Measure the tones between luma 40 and 240, where colour can show."""
        raw = picture.convert("YCbCr").tobytes()
        by_luma: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for luma, cb, cr in zip(raw[::3], raw[1::3], raw[2::3], strict=True):
            if 40 <= luma <= 240:
                by_luma[luma >> 2].append((cb - 128, cr - 128))
        tones = [tone for group in by_luma.values() for tone in group]
        if len(tones) < 0.2 * len(raw) / 3:
            return None
        distances = sorted(max(abs(cb), abs(cr)) for cb, cr in tones)
        blue = sum(cb for cb, _ in tones) / len(tones)
        red = sum(cr for _, cr in tones) / len(tones)
        return cls(
            strongest=distances[len(distances) * 99 // 100],
            spread=math.sqrt(sum(map(_scatter, by_luma.values())) / len(tones)),
            blue=blue,
            red=red,
            astray=sum(_differs(tone, (blue, red)) for tone in tones) / len(tones),
            levels=len(by_luma),
        )


def _differs(tone: tuple[int, int], mean: tuple[float, float]) -> bool:
    """Whether a clearly coloured tone has another hue than the mean, by more than 26°."""
    strength = math.hypot(*tone)
    along = tone[0] * mean[0] + tone[1] * mean[1]
    return strength >= 6 and along < 0.9 * strength * math.hypot(*mean)


def _scatter(group: list[tuple[int, int]]) -> float:
    """Return the summed squared distances from the group's mean."""
    mean_cb = sum(cb for cb, _ in group) / len(group)
    mean_cr = sum(cr for _, cr in group) / len(group)
    return sum((cb - mean_cb) ** 2 + (cr - mean_cr) ** 2 for cb, cr in group)


def observe_tone(look: Look) -> Iterator[Observation]:
    """Yield "black and white" or "sepia" for a picture that is one colour throughout."""
    toning = look.toning
    if toning is None:
        return
    if toning.strongest <= 2:
        how = f"99 % of the picture is within {toning.strongest:.0f}/128 of neutral grey"
        yield seen("black and white", 0.95, how)
        return
    strength = math.hypot(toning.blue, toning.red)
    allowed = 0.6 if strength < 8 else min(1.8, 0.075 * strength)
    if toning.spread > allowed or toning.astray > 0.02 or toning.levels < 20:
        return  # the evenest of the colour photos measured had a spread of 5.6
    how = f"equally light places differ in colour by {toning.spread:.1f}/128 only"
    if strength < 8:
        yield seen("black and white", 0.85, how)
    elif toning.blue < 0 < toning.red:
        yield seen("sepia", 0.85, f"{how}, all of them warm")
    else:
        yield seen("black and white", 0.7, f"{how}, all of one tint")


def observe_colours(look: Look) -> Iterator[Observation]:
    """Yield at most three colours that dominate."""
    yield from observe_shares(look.colours)


def observe_shares(shares: Mapping[str, float]) -> Iterator[Observation]:
    """Yield at most three colours that dominate; ``shares`` (0 to 1) come largest first."""
    for name, share in list(shares.items())[:3]:
        needed = 0.6 if name in _NEUTRALS else 0.3  # greys are background unless nearly all
        if share >= needed:
            confidence = 0.85 if share >= needed + 0.1 else 0.7
            yield seen(name, confidence, f"{share:.0%} of the picture is {name}")


def observe_light(look: Look) -> Iterator[Observation]:
    """Yield "low key" or "high key" where dark or bright tones make up the picture.

    Never surely: whether somebody meant it, or the sky was dark, cannot be measured.
    """
    dark, bright = look.share(0, 64), look.share(192, 256)
    if dark >= 0.7:
        yield seen("low key", 0.65, f"{dark:.0%} is darker than 64/255")
    elif bright >= 0.7 and (shadows := look.share(0, 96)) <= 0.05:
        how = f"{bright:.0%} is brighter than 192/255, {shadows:.0%} darker than 96/255"
        yield seen("high key", 0.65, how)
