"""A tagger in front of a service on loopback."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tagwright.model import Facts, Rendition
from tagwright.ports import Tagger
from tagwright.taggers import TaggerContext
from tagwright.taxonomy import Concept, Taxonomy
from tagwright_adapters.llm import factory

from .server import KEY, ModelServer

NOBODY = Taxonomy("empty", "en", [])
KEYS = dict.fromkeys(
    (
        "ANTHROPIC_API_KEY",
        "GEMINI_API_KEY",
        "OLLAMA_API_KEY",
        "OPENAI_API_KEY",
        "OPENAI_COMPATIBLE_API_KEY",
        "OPENROUTER_API_KEY",
        "XAI_API_KEY",
    ),
    KEY,
)

Make = Callable[..., Tagger]


def context(
    spec: str,
    *,
    taxonomy: Taxonomy = NOBODY,
    language: str = "en",
    profile: str = "general",
    secrets: Mapping[str, str] = KEYS,
    **options: Any,
) -> TaggerContext:
    """Return the context of a tagger, with keys unless ``secrets`` says otherwise."""
    return TaggerContext(
        spec=spec,
        taxonomy=taxonomy,
        secret=secrets.get,
        profile=profile,
        language=language,
        options=options,
    )


def vocabulary(size: int) -> Taxonomy:
    """Return a taxonomy of so many concepts with labels that are alike as words are."""
    stems = [a + b for a in ("ba", "ke", "li", "mo", "nu", "ro", "sa", "ti") for b in "bdfgklmn"]
    names = (f"{a}{b}{c}" for a in stems for b in stems for c in stems)
    concepts = [
        Concept(f"c{number}", {"en": name.title()})
        for number, name in zip(range(1, size + 1), names, strict=False)
    ]
    return Taxonomy(f"{size} concepts", "en", concepts)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A service; at the end, every request that it got must have been in order."""
    made = ModelServer()
    made.start()
    yield made
    made.stop()
    assert made.faults == []


@pytest.fixture
async def tagger(server: ModelServer) -> AsyncIterator[Make]:
    """Makes taggers that talk to the service, and closes them."""
    made: list[Tagger] = []

    def make(spec: str = "openai:gpt-4o-mini", **more: Any) -> Tagger:
        path = "" if spec.startswith(("anthropic", "bedrock")) else "/v1"
        more = {"base_url": server.url + path, **more}
        made.append(factory.create(context(spec, **more)))
        return made[-1]

    yield make
    for one in made:
        await one.aclose()


@pytest.fixture(scope="session")
def rendition(photos: Path) -> Rendition:
    """A photo as the pipeline renders it."""
    with Image.open(photos / "cat.jpg") as image:
        small = image.convert("RGB")
    small.thumbnail((750, 750))
    file = io.BytesIO()
    small.save(file, "JPEG", quality=85)
    return Rendition(file.getvalue(), *small.size)


@pytest.fixture
def facts() -> Facts:
    """What is known of the photo; none of it may be sent."""
    return Facts(name="secret-name.jpg", folders=("Secret folder",), latitude=48.1, longitude=11.5)


@pytest.fixture
def pets() -> Taxonomy:
    """A small vocabulary: a heading, a hierarchy, a note, another language."""
    return Taxonomy(
        "pets",
        "en",
        [
            Concept("nature", {"en": "Nature"}, group=True),
            Concept("animal", {"en": "Animal", "de": "Tier"}, broader=("nature",)),
            Concept("cat", {"en": "Cat", "de": "Katze"}, {"en": ("Kitty",)}, broader=("animal",)),
            Concept(
                "dog", {"en": "Dog", "de": "Hund"}, broader=("animal",), notes={"en": "no wolves"}
            ),
            Concept("window", {"en": "Window", "de": "Fenster"}),
        ],
    )
