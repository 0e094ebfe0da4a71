"""A picture that nobody has seen before: who names what is on it has looked at it."""

from __future__ import annotations

import io
import random
import re
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from tagwright.model import Rendition

_SIDE = 384  # px
_COLOURS = {
    "red": (200, 30, 30),
    "green": (20, 130, 50),
    "blue": (30, 60, 190),
    "purple": (120, 30, 150),
}
QUESTION = (
    "A large disc with a two-digit number on it is shown. Which number is it, and which colour has"
    " the disc? Answer with the number and the colour only."
)


@dataclass(frozen=True, slots=True)
class Canary:
    """A disc of some colour with a two-digit number; a guess is right once in 90 times."""

    rendition: Rendition
    number: int
    colour: str

    def recognised(self, text: str) -> bool:
        """Whether a reply names the number, and no other."""
        return {int(digits) for digits in re.findall(r"[0-9]{1,9}", text)} == {self.number}


def draw() -> Canary:
    """Draw a new one."""
    chance = random.SystemRandom()
    number, colour = chance.randrange(10, 100), chance.choice(list(_COLOURS))
    image = Image.new("RGB", (_SIDE, _SIDE), "white")
    pen = ImageDraw.Draw(image)
    pen.ellipse((24, 24, _SIDE - 24, _SIDE - 24), fill=_COLOURS[colour])
    font = ImageFont.load_default(size=190)
    pen.text((_SIDE / 2, _SIDE / 2), str(number), fill="white", font=font, anchor="mm")
    file = io.BytesIO()
    image.save(file, "JPEG", quality=85)
    return Canary(Rendition(file.getvalue(), _SIDE, _SIDE), number, colour)
