"""An HTML page with pictures and their tags, in one file that can be sent to anyone."""

from __future__ import annotations

import asyncio
import base64
import io
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader
from PIL import Image

from tagwright.errors import ConfigurationError, TagwrightError
from tagwright.model import Decision, RenditionSpec, Suggestion
from tagwright.pipeline import Result
from tagwright.ports import PhotoLibrary
from tagwright.taxonomy import Taxonomy
from tagwright_plugins.cli.wording import title, trouble

_MOST = 500  # pictures on one page
_EDGE = 360  # px


@dataclass(frozen=True, slots=True)
class _Card:
    name: str
    picture: str  # base64 of a JPEG, or empty
    caption: str
    tags: list[dict[str, object]]
    review: list[dict[str, object]]
    unmapped: list[str]
    error: str


class ContactSheet:
    """Collects results of a run and writes them as a page."""

    def __init__(self, library: PhotoLibrary, taxonomy: Taxonomy, spec: RenditionSpec) -> None:
        self._library = library
        self._taxonomy = taxonomy
        self._spec = spec
        self._results: list[Result] = []
        self._left_out = 0

    def add(self, result: Result) -> None:
        """Take up a photo, as long as there is room."""
        if len(self._results) < _MOST:
            self._results.append(result)
        else:
            self._left_out += 1

    async def write(self, target: Path) -> None:
        """Write the page.

        Raises:
            ConfigurationError: ``target`` cannot be written.
        """
        results = sorted(self._results, key=lambda result: result.ref)
        cards = [await self._card(result) for result in results]
        environment = Environment(
            loader=PackageLoader("tagwright_plugins.contact_sheet", "templates"), autoescape=True
        )
        page = environment.get_template("sheet.html.j2").render(
            cards=cards, left_out=self._left_out, taxonomy=self._taxonomy.name
        )
        try:
            await asyncio.to_thread(target.write_text, page, encoding="utf-8")
        except OSError as exc:
            raise ConfigurationError(
                f"the contact sheet {target} cannot be written: {exc.strerror}.",
                cure="Name another file with --report.",
            ) from exc

    async def _card(self, result: Result) -> _Card:
        picture = ""
        if result.status != "failed":
            try:
                rendition = await self._library.rendition(result.ref, self._spec)
                picture = await asyncio.to_thread(_thumbnail, rendition.data)
            except TagwrightError:
                picture = ""
        captions = [answer.caption for _, answer in result.answers if answer.caption]
        return _Card(
            title(result.ref),
            picture,
            captions[0] if captions else "",
            [self._row(s) for s in result.suggestions if s.decision is Decision.APPLY],
            [self._row(s) for s in result.suggestions if s.decision is Decision.REVIEW],
            [observation.label for observation in result.unmapped],
            "" if result.error is None else trouble(result.ref, str(result.error)),
        )

    def _row(self, suggestion: Suggestion) -> dict[str, object]:
        first = suggestion.why[0]
        return {
            "path": self._taxonomy.path(suggestion.concept),
            "confidence": suggestion.confidence,
            "why": f"“{first.observation.label}” → {first.match}; {first.observation.how}",
        }


def _thumbnail(data: bytes) -> str:
    with Image.open(io.BytesIO(data)) as picture:
        picture.thumbnail((_EDGE, _EDGE))
        small = io.BytesIO()
        picture.save(small, "JPEG", quality=82)
    return base64.b64encode(small.getvalue()).decode()
