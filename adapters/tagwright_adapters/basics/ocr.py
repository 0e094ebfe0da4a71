"""Text in the picture, read by the Tesseract program where it is installed.

What is read is data from a stranger: it never becomes a label, so that no sign or poster can choose
a tag. The label is "text" or "document"; the words stand in ``how``.
"""

from __future__ import annotations

import io
import logging
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops

from tagwright.model import Observation
from tagwright_adapters.basics.labels import seen
from tagwright_adapters.basics.look import Look
from tagwright_adapters.basics.values import printable

logger = logging.getLogger(__name__)

# Scattered text, which reads pages as well; and a threshold for each tile, as light is uneven in
# photos: of 41 pictures with a sign 26 were read, 19 with one threshold for all.
_MODE = ("--psm", "11", "-c", "thresholding_method=1")
_SURE = 80.0  # of 100, Tesseract's confidence in a word
_WORD = re.compile(r"[^\W\d_]{3,}")
_LANGUAGES = {
    "ar": "ara",
    "cs": "ces",
    "da": "dan",
    "de": "deu",
    "el": "ell",
    "en": "eng",
    "es": "spa",
    "fi": "fin",
    "fr": "fra",
    "he": "heb",
    "hi": "hin",
    "hu": "hun",
    "it": "ita",
    "ja": "jpn",
    "ko": "kor",
    "nb": "nor",
    "nl": "nld",
    "no": "nor",
    "pl": "pol",
    "pt": "por",
    "ro": "ron",
    "ru": "rus",
    "sk": "slk",
    "sv": "swe",
    "tr": "tur",
    "uk": "ukr",
    "zh": "chi_sim",
}  # BCP 47 to the names of Tesseract's language data


@dataclass(frozen=True, slots=True)
class Tesseract:
    """The program as it is installed here."""

    program: str  # path
    version: str
    languages: tuple[str, ...]  # to read with, by Tesseract's names
    timeout: float = 20.0  # s for one picture; the slowest measured took 1

    @classmethod
    def find(cls, wanted: Sequence[str]) -> Tesseract | None:
        """Return the program, or None where it or any language data is missing.

        Args:
            wanted: Languages of the person (BCP 47), most wanted first. Each one more takes as long
                again, so only these are read with, or English where none of them is installed.
        """
        program = shutil.which("tesseract")
        if program is None:
            return None
        version = _lines(program, "--version")
        installed = [name for name in _lines(program, "--list-langs")[1:] if name != "osd"]
        if not version or not installed:
            return None
        names = (_LANGUAGES.get(tag.partition("-")[0].lower()) for tag in wanted)
        chosen = tuple(dict.fromkeys(name for name in names if name in installed))
        fallback = "eng" if "eng" in installed else installed[0]
        return cls(program, version[0].removeprefix("tesseract "), chosen or (fallback,))

    def read(self, data: bytes) -> tuple[str, ...]:
        """Return the words that Tesseract is sure of; none where it fails or takes too long."""
        command = [self.program, "stdin", "stdout", "-l", "+".join(self.languages)]
        command += [*_MODE, "tsv"]
        try:
            done = subprocess.run(
                command,
                input=data,
                capture_output=True,
                check=True,
                timeout=self.timeout,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            )
        except (OSError, subprocess.SubprocessError) as exc:
            logger.warning("text in a picture is not read: %s", exc)
            return ()
        return tuple(_words(done.stdout.decode(errors="replace")))


def may_hold_text(data: bytes) -> bool:
    """Whether a picture has rows of dense, strong vertical edges, as writing has.

    Takes 3 ms where reading takes 200 to 900. Of 79 pictures with text that Tesseract could read it
    let 92 % pass, and of 64 without text 12 %.
    """
    with Image.open(io.BytesIO(data)) as image:
        image.draft("L", (_GATE_EDGE, _GATE_EDGE))
        grey = image.convert("L")
    if max(grey.size) > 4 * _GATE_EDGE // 3:
        grey.thumbnail((_GATE_EDGE, _GATE_EDGE))
    steps = ImageChops.difference(grey, ImageChops.offset(grey, 1, 0))
    blocks = steps.point([255 * (step > 60) for step in range(256)]).reduce(8)
    dense = "".join("x" if value >= 0.15 * 255 else "." for value in blocks.tobytes())
    rows = (dense[start : start + blocks.width] for start in range(0, len(dense), blocks.width))
    return any("xxxx" in row for row in rows)


_GATE_EDGE = 375  # px


def observe_text(words: Sequence[str], look: Look) -> Iterator[Observation]:
    """Yield "text", and "document" for a light page full of it."""
    if not any(len(word) >= 4 for word in words):
        return
    quoted = printable(" ".join(words))
    how = f'Tesseract read {len(words)} words: "{quoted}"'
    yield seen("text", 0.9 if len(words) >= 3 else 0.7, how)
    grey = sum(look.colours.get(name, 0.0) for name in ("black", "grey", "white"))
    light = look.share(128, 256)
    if len(words) >= 20 and grey >= 0.8 and light >= 0.6:
        how = f"Tesseract read {len(words)} words on a page {light:.0%} light and {grey:.0%} grey"
        yield seen("document", 0.8, how)


def _words(tsv: str) -> Iterator[str]:
    """Yield words of three letters or more from Tesseract's table, where it is sure of them."""
    for line in tsv.splitlines()[1:]:
        cells = line.split("\t")
        try:
            sure = float(cells[10]) >= _SURE
        except (IndexError, ValueError):
            continue
        word = re.sub(r"^\W+|\W+$", "", cells[-1])
        if sure and _WORD.fullmatch(word):
            yield word


def _lines(program: str, option: str) -> list[str]:
    """Return what the program prints, without blank lines; nothing where it does not run."""
    try:
        done = subprocess.run([program, option], capture_output=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.strip() for line in done.stdout.decode(errors="replace").splitlines() if line]
