"""A tagger without extras, and pictures as the pipeline would hand them over."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tagwright.model import Facts, Observation, Rendition
from tagwright_adapters.basics import Basics

Observe = Callable[..., dict[str, Observation]]


def render(picture: Image.Image | Path) -> Rendition:
    """Make a rendition as the core does: RGB JPEG of at most 750 px."""
    if isinstance(picture, Path):
        with Image.open(picture) as opened:
            return render(opened)
    small = picture.convert("RGB")
    small.thumbnail((750, 750))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=85)
    return Rendition(buffer.getvalue(), *small.size)


@pytest.fixture(scope="session")
def plain() -> Rendition:
    """A picture of which nothing but its format can be said."""
    return render(Image.effect_noise((400, 300), 60))


@pytest.fixture(scope="session")
def look_at() -> Observe:
    """Observe a picture (or path, or rendition) with facts; answer by label."""

    def look_at(
        picture: Image.Image | Path | Rendition,
        facts: Facts | None = None,
        tagger: Basics | None = None,
    ) -> dict[str, Observation]:
        rendition = picture if isinstance(picture, Rendition) else render(picture)
        answer = asyncio.run(
            (tagger or Basics()).observe(rendition, facts or Facts(name="IMG_0001.JPG"))
        )
        return {found.label: found for found in answer.observations}

    return look_at
