"""The user's concepts as vectors."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import islice

import numpy as np

from tagwright.errors import TaggerSetupError
from tagwright.ports import Progress
from tagwright.taxonomy import Taxonomy
from tagwright_adapters.clip.encoder import Encoder
from tagwright_adapters.clip.facets import Facets
from tagwright_adapters.clip.prompts import background_prompts, concept_prompts, has_label
from tagwright_adapters.clip.scoring import Vectors, unit
from tagwright_adapters.clip.store import VectorStore, key_of

_AT_ONCE = 64  # concepts whose vectors are kept together

_Texts = tuple[str, ...]


class Vocabulary:
    """What of a taxonomy is scored, and how each concept is put into words."""

    def __init__(self, taxonomy: Taxonomy, language: str) -> None:
        """``language`` is that of the prompts, BCP 47."""
        self.taxonomy = taxonomy
        self.language = language
        self.facets = Facets.of(taxonomy)
        self.prompts = tuple(
            concept_prompts(taxonomy, concept, language) for concept in self.facets.concepts
        )
        self.background: tuple[_Texts, ...] = tuple(
            (text,) for text in background_prompts(language)
        )

    @property
    def untranslated(self) -> int:
        """How many concepts have no label in the language that the model is asked in."""
        return sum(not has_label(one, self.language) for one in self.facets.concepts)

    async def vectors(
        self, encoder: Encoder, store: VectorStore, progress: Progress
    ) -> tuple[Vectors, Vectors]:
        """Return a row for each concept and for each background; only new ones are made.

        Raises:
            TagwrightError: the model fails.
        """
        wanted = {_key(texts): texts for texts in (*self.background, *self.prompts)}
        found = await asyncio.to_thread(store.find, encoder.key, list(wanted))
        new = [key for key in wanted if key not in found]
        try:
            for at in range(0, len(new), _AT_ONCE):
                progress("words of your vocabulary", at, len(new))
                some = new[at : at + _AT_ONCE]
                made = await _means(encoder, [wanted[key] for key in some])
                found |= dict(zip(some, store.rounded(made), strict=True))
                await asyncio.to_thread(store.keep, encoder.key, {key: found[key] for key in some})
            rows = np.stack([found[_key(texts)] for texts in (*self.prompts, *self.background)])
        except ValueError as exc:
            msg = f"{encoder.model} {encoder.where} gives vectors of different lengths."
            raise TaggerSetupError(msg, cure="Was the model changed under the same name?") from exc
        return rows[: len(self.prompts)], rows[len(self.prompts) :]


def _key(texts: _Texts) -> str:
    return key_of(*(text.encode() for text in texts))


async def _means(encoder: Encoder, many: Sequence[_Texts]) -> Vectors:
    """Return a row for each set of texts: the mean direction of theirs."""
    vectors = iter(await encoder.texts([text for texts in many for text in texts]))
    means = [np.mean(list(islice(vectors, len(texts))), axis=0) for texts in many]
    return unit(np.stack(means).astype(np.float32))
