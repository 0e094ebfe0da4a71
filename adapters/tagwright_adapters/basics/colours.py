"""What a colour is called, by its place in OKLCH.

OKLab (Björn Ottosson, 2020) is a perceptual space: lightness ``L`` 0 to 1, chroma ``C`` 0 (grey) to
about 0.32, hue ``h`` in degrees. The borders below follow the XKCD colour survey (CC0): of its 128
plain and modified basic names ("red", "dusty red", "dark teal", …) 125 come out the same.
"""

from __future__ import annotations

import math
from functools import lru_cache

_GREY_CHROMA = 0.035  # below it people say grey, black or white
_TURQUOISE_CHROMA = 0.05  # greenish greys are called grey for longer


@lru_cache(maxsize=32_768)
def colour_name(red: int, green: int, blue: int) -> str:
    """Return what most people call an sRGB colour (0 to 255): one of 13 English words."""
    lightness, a, b = oklab(red, green, blue)
    return _name(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def oklab(red: int, green: int, blue: int) -> tuple[float, float, float]:
    """Return lightness, a (green to red) and b (blue to yellow) of an sRGB colour (0 to 255)."""
    r, g, b = _LINEAR[red], _LINEAR[green], _LINEAR[blue]
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _linear(value: int) -> float:
    """Undo the transfer curve of sRGB (IEC 61966-2-1)."""
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


_LINEAR = tuple(_linear(value) for value in range(256))


def _name(lightness: float, chroma: float, hue: float) -> str:
    if chroma < _GREY_CHROMA or (lightness < 0.2 and chroma < 0.06):
        return _neutral(lightness)
    if hue < 36 or hue >= 335:
        return _reddish(lightness, chroma, hue)
    if hue < 120:
        return _yellowish(lightness, chroma, hue)
    if hue < 158:
        return "green"
    if hue < 205:
        return "turquoise" if chroma >= _TURQUOISE_CHROMA else _neutral(lightness)
    return "blue" if hue < 285 else "purple"


def _neutral(lightness: float) -> str:
    if lightness < 0.27:
        return "black"
    return "white" if lightness > 0.92 else "grey"


def _reddish(lightness: float, chroma: float, hue: float) -> str:
    if hue >= 335 and lightness < 0.5:
        return "purple" if hue < 350 else "red"
    if hue >= 335 or hue < 15:
        return "pink" if lightness >= 0.5 else "red"
    if lightness >= 0.75:
        return "pink"
    return "red" if chroma >= 0.1 else "brown"


def _yellowish(lightness: float, chroma: float, hue: float) -> str:
    if hue < 80:
        if chroma >= 0.115 and lightness >= 0.57:
            return "orange"
        return "beige" if lightness >= 0.72 else "brown"
    if chroma >= 0.125 and lightness >= 0.7:
        return "yellow" if hue < 116 else "green"
    if lightness >= 0.62 and hue < 110:
        return "beige"
    return "brown" if hue < 100 else "green"
