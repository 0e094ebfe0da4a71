"""The tagger that finds the concepts that a photo is nearest to."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Mapping, Sequence
from typing import Protocol

from PIL import Image

from tagwright.errors import TaggerSetupError
from tagwright.model import Answer, Facts, Kind, Observation, Rendition, Sent, Usage
from tagwright.ports import Progress
from tagwright.taxonomy.labels import printable
from tagwright_adapters.clip.encoder import Encoder
from tagwright_adapters.clip.options import ScoringOptions
from tagwright_adapters.clip.prompts import PROMPTS_VERSION
from tagwright_adapters.clip.scoring import SCORING_VERSION, Score, Scorer, Vectors
from tagwright_adapters.clip.store import VectorStore, key_of
from tagwright_adapters.clip.vocabulary import Vocabulary

_LONGEST_QUOTE = 200  # characters


class TextReader(Protocol):
    """What reads text in pictures."""

    async def words(self, jpeg: bytes) -> list[str]:
        """Return the lines that it is sure of. Raises a TaggerError."""


class ClipTagger:
    """Scores the user's concepts for each photo; see :class:`tagwright.ports.Tagger`."""

    reads_facts = False

    def __init__(
        self,
        name: str,
        encoder: Encoder,
        vocabulary: Vocabulary,
        store: VectorStore,
        *,
        options: ScoringOptions,
        reader: TextReader | None = None,
    ) -> None:
        """Put it together; ``name`` is what the user configured."""
        self.name = name
        self._encoder = encoder
        self._vocabulary = vocabulary
        self._store = store
        self._options = options
        self._reader = reader
        self._scorer: Scorer | None = None
        self._preparing = asyncio.Lock()

    @property
    def recipe(self) -> Mapping[str, object]:
        """Everything on our side that shapes an answer."""
        return {
            "tagger": "clip",
            "model": self._encoder.key,
            "options": self._options.model_dump(
                include={"logit_scale", "min_confidence", "max_observations", "ocr", "ocr_model"}
            ),
            "language": self._vocabulary.language,
            "prompts": PROMPTS_VERSION,
            "scoring": SCORING_VERSION,
            # Answers given under another taxonomy are used again, until they are asked for anew.
            "vocabulary": self._vocabulary.taxonomy.key,
        }

    @property
    def concurrency(self) -> int:
        """How many photos may be with it at once."""
        return self._encoder.concurrency

    @property
    def leaves_machine(self) -> bool:
        """Whether pictures go to another machine."""
        return self._encoder.leaves_machine

    def sends(self, facts: Facts) -> Sent:  # noqa: ARG002 - the port's
        """Return where pictures go; nothing goes beside them."""
        return Sent(self._encoder.host)

    async def prepare(self, progress: Progress) -> None:
        """Fetch the model and put the vocabulary into vectors, where that has not been done.

        Raises:
            TagwrightError: it cannot be done.
        """
        async with self._preparing:
            if self._scorer is None:
                await self._encoder.prepare(progress)
                vectors = await self._vocabulary.vectors(self._encoder, self._store, progress)
                scale = self._options.logit_scale
                self._scorer = Scorer(self._vocabulary.facets, *vectors, scale)

    async def observe(self, rendition: Rendition, facts: Facts) -> Answer:  # noqa: ARG002 - the port's
        """Look at one photo. Its vector is kept, so that another vocabulary costs no second look.

        Raises:
            TagwrightError: the model or the service fails.
        """
        await self.prepare(lambda *_: None)
        key, space = key_of(rendition.data), self._encoder.key
        known = await asyncio.to_thread(self._store.find, space, [key])
        vector = known[key] if key in known else await self._look(rendition.data)
        if not known:
            await asyncio.to_thread(self._store.keep, space, {key: vector})
        said = [self._observation(score) for score in self._scores(vector)]
        asked = 1 - len(known)
        if self._reader is not None:
            said += _text(await self._reader.words(rendition.data))
            asked += 1
        return Answer(tuple(said), model=self._encoder.model, usage=Usage(requests=asked))

    async def check(self) -> str:
        """Look at a made-up picture and say what it can do.

        Raises:
            TagwrightError: it cannot work.
        """
        await self.prepare(lambda *_: None)
        started = time.monotonic()
        await self._look(_grey())
        took = time.monotonic() - started
        size = len(self._vocabulary.facets.candidates)
        line = f"{self._encoder.model} {self._encoder.where} ({took:.2f} s, free)"
        line += f"; {size:,} concepts, asked for in {self._vocabulary.language!r}"
        if lacking := self._vocabulary.untranslated:
            line += f", in which {lacking:,} have no label"
        return line

    async def aclose(self) -> None:
        """Release the model, connections and the file of vectors."""
        await self._encoder.aclose()
        self._store.close()

    async def _look(self, jpeg: bytes) -> Vectors:
        assert self._scorer is not None
        vector = self._store.rounded(await self._encoder.picture(jpeg))
        if vector.shape != (self._scorer.dimensions,):
            raise self._other_model(len(vector), self._scorer.dimensions)
        return vector

    def _scores(self, vector: Vectors) -> list[Score]:
        assert self._scorer is not None
        options = self._options
        return self._scorer(vector, options.min_confidence, options.max_observations)

    def _observation(self, score: Score) -> Observation:
        candidate = self._vocabulary.facets.candidates[score.candidate]
        taxonomy, concept = self._vocabulary.taxonomy, candidate.concept
        kinds = taxonomy.kinds(concept.id)
        share = f"{score.share:.2f} within {candidate.facet}"
        return Observation(
            label=taxonomy.label(concept.id),
            confidence=round(score.confidence, 4),
            kind=next((kind for kind in Kind if kind in kinds), Kind.OTHER),
            language=taxonomy.language if taxonomy.language in concept.labels else None,
            how=f"CLIP similarity {score.similarity:.2f}, {share}",
            concept=concept.id,
        )

    def _other_model(self, found: int, expected: int) -> TaggerSetupError:
        msg = (
            f"{self._encoder.model} {self._encoder.where} gives vectors of {found} numbers for"
            f" pictures and of {expected} for texts."
        )
        return TaggerSetupError(msg, cure="Name the model that Immich's settings have.")


def _grey() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "grey").save(file, "JPEG")
    return file.getvalue()


def _text(lines: Sequence[str]) -> list[Observation]:
    """Return "text" where some was read; what it says tags nothing."""
    words = [word for line in lines for word in line.split() if sum(map(str.isalpha, word)) >= 3]
    if not words:
        return []
    how = f'{len(words)} words were read: "{printable(" ".join(words), _LONGEST_QUOTE)}"'
    sure = 0.9 if len(words) >= 3 else 0.7
    return [Observation("text", sure, kind=Kind.TEXT, language="en", how=how)]
