"""The tagger that is always there: offline, free, without a model."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping

from tagwright.errors import ConfigurationError
from tagwright.model import Answer, Facts, Observation, Rendition
from tagwright.taggers import TaggerContext
from tagwright_adapters.basics.exposure import observe_drone, observe_exposure
from tagwright_adapters.basics.look import Look, observe_colours, observe_light, observe_tone
from tagwright_adapters.basics.ocr import Tesseract, may_hold_text, observe_text
from tagwright_adapters.basics.origin import observe_origin
from tagwright_adapters.basics.places import Gazetteer
from tagwright_adapters.basics.season import observe_time
from tagwright_adapters.basics.shape import observe_panorama, observe_shape
from tagwright_adapters.basics.values import position

_VERSION = 2  # raised with every change of a rule, so that photos are looked at again
_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "ocr": ("auto", "off"),
    "hemisphere": ("north", "south"),
}


class Basics:
    """Says what can be said from pixels, metadata, clock and place.

    Implements :class:`tagwright.ports.Tagger`.
    """

    name = "basics"
    reads_facts = True
    leaves_machine = False

    def __init__(
        self,
        tesseract: Tesseract | None = None,
        gazetteer: Gazetteer | None = None,
        hemisphere: str = "",
    ) -> None:
        """Make it.

        Args:
            tesseract: What reads text, if anything does.
            gazetteer: What names places, if anything does.
            hemisphere: "north" or "south", for the season of photos without a place; or "".
        """
        self._tesseract = tesseract
        self._hemisphere = hemisphere
        self._gazetteer = gazetteer

    @property
    def concurrency(self) -> int:
        """As many as there are cores."""
        return os.cpu_count() or 1

    @property
    def recipe(self) -> Mapping[str, object]:
        """The version of the rules, and what is installed beside them."""
        reader = self._tesseract
        return {
            "tagger": self.name,
            "version": _VERSION,
            "ocr": [reader.version, *reader.languages] if reader else None,
            "places": self._gazetteer.edition if self._gazetteer else None,
            "hemisphere": self._hemisphere or None,
        }

    async def observe(self, rendition: Rendition, facts: Facts) -> Answer:
        """Look at one photo, in a thread.

        Raises:
            TaggerError: the rendition cannot be decoded.
        """
        best: dict[str, Observation] = {}
        for found in await asyncio.to_thread(lambda: list(self._observe(rendition, facts))):
            if found.label not in best or best[found.label].confidence < found.confidence:
                best[found.label] = found
        return Answer(tuple(best.values()), model=self.name)

    async def check(self) -> str:
        """Return what can be used here and how to get the rest."""
        text = "text in pictures is not read (install Tesseract, or set ocr = auto)"
        if self._tesseract:
            languages = ", ".join(self._tesseract.languages)
            text = f"reads text with Tesseract {self._tesseract.version} ({languages})"
        places = "places are not named (pip install 'tagwright[places]')"
        if self._gazetteer:
            places = f"names places by {self._gazetteer.edition}"
        return f"ready, offline; {text}; {places}"

    async def aclose(self) -> None:
        """Nothing is held."""

    def _observe(self, rendition: Rendition, facts: Facts) -> Iterator[Observation]:
        look = Look.of(rendition.data)
        origin = list(observe_origin(facts))
        sure = {found.label for found in origin if found.confidence >= 0.8}
        yield from origin
        yield from observe_shape(rendition, facts)
        pixels = list(self._pixels(rendition, look, screenshot="screenshot" in sure))
        yield from pixels
        if "screenshot" in sure:
            return
        if not any(found.label == "document" for found in pixels):
            yield from observe_panorama(rendition, facts)
        yield from observe_exposure(facts)
        yield from observe_drone(facts)
        if "scan" not in sure:  # its time and place are the scanner's
            yield from observe_time(facts, self._hemisphere)
            yield from self._places(facts)

    def _pixels(
        self, rendition: Rendition, look: Look, *, screenshot: bool
    ) -> Iterator[Observation]:
        """Yield what is seen; the colours of paper and windows say nothing."""
        words: tuple[str, ...] = ()
        if self._tesseract and may_hold_text(rendition.data):
            words = self._tesseract.read(rendition.data)
        text = list(observe_text(words, look))
        yield from text
        if screenshot or any(found.label == "document" for found in text):
            return
        tone = list(observe_tone(look))
        yield from tone
        if not tone:
            yield from observe_colours(look)
        yield from observe_light(look)

    def _places(self, facts: Facts) -> Iterator[Observation]:
        here = position(facts)
        if self._gazetteer and here:
            yield from self._gazetteer.observe(*here)


class BasicsFactory:
    """Makes the tagger. Implements :class:`tagwright.taggers.TaggerFactory`."""

    schemes: Mapping[str, str] = {
        "basics": "colours, light, format, camera, season, places and text; offline, no model"
    }

    def create(self, context: TaggerContext) -> Basics:
        """Make the tagger; its options are ``ocr`` and ``hemisphere``.

        Raises:
            ConfigurationError: an option is unknown or has no such value.
        """
        for key, value in context.options.items():
            if value not in _OPTIONS.get(key, ()):
                msg = f"the tagger 'basics' has no option {key} = {value!r}."
                allowed = "; ".join(f"{name} = {' or '.join(_OPTIONS[name])}" for name in _OPTIONS)
                raise ConfigurationError(msg, cure=f"There are: {allowed}.")
        wanted = (context.language, context.taxonomy.language)
        reads = context.options.get("ocr", "auto") == "auto"
        return Basics(
            tesseract=Tesseract.find(wanted) if reads else None,
            gazetteer=Gazetteer.find(),
            hemisphere=str(context.options.get("hemisphere", "")),
        )
