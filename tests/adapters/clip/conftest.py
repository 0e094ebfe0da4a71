"""CLIP taggers with a tiny model, and a vocabulary that it can tell apart."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tagwright.model import Facts, Kind
from tagwright.ports import Tagger
from tagwright.taggers import TaggerContext
from tagwright.taxonomy import Concept, Taxonomy
from tagwright_adapters.clip import factory

from .making import make_model

Make = Callable[..., Tagger]


@pytest.fixture
def facts() -> Facts:
    """What is known of the photo; CLIP reads none of it."""
    return Facts(name="secret-name.jpg")


@pytest.fixture
def garden() -> Taxonomy:
    """Colours, and things in a hierarchy; a group and our own bookkeeping are never meant."""
    return Taxonomy(
        "Garden",
        "en",
        [
            Concept("colours", {"en": "Colours"}, group=True, kinds=frozenset({Kind.COLOUR})),
            Concept("red", {"en": "Red", "de": "Rot"}, broader=("colours",)),
            Concept("green", {"en": "Green"}, broader=("colours",)),
            Concept("blue", {"en": "Blue"}, broader=("colours",)),
            Concept("things", {"en": "Things"}, kinds=frozenset({Kind.OBJECT})),
            Concept("rose", {"en": "Rose"}, broader=("things",), notes={"en": "red, not pink"}),
            Concept("sea", {"en": "Sea"}, {"en": ("blue sea",)}, broader=("things",)),
            Concept("tagwright", {"en": "Tagwright"}),
            Concept("tagwright/red", {"en": "Red"}, broader=("tagwright",)),
        ],
    )


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The folder of a model."""
    return make_model(tmp_path / "mean-colour")


@pytest.fixture
async def tagger(garden: Taxonomy, tmp_path: Path) -> AsyncIterator[Make]:
    """Makes taggers, and closes them."""
    made: list[Tagger] = []

    def make(
        spec: str, *, taxonomy: Taxonomy = garden, speaks: str = "en", **options: Any
    ) -> Tagger:
        context = TaggerContext(
            spec=spec,
            taxonomy=taxonomy,
            secret=lambda _: None,
            language=speaks,
            options=options,
            state=tmp_path / "state",
        )
        made.append(factory.create(context))
        return made[-1]

    yield make
    for one in made:
        await one.aclose()
