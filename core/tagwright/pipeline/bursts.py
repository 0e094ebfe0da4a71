"""Frames of a burst share one answer: the first is asked about, the others take a copy of it."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC

from sqlalchemy import Connection

from tagwright.errors import UnreadableError
from tagwright.model import Answer, AssetRef, Facts, Rendition
from tagwright.pictures.look import Look, look
from tagwright.ports import CostlyTagger, Tagger
from tagwright.state import Lane, answers, frames
from tagwright.state.answers import Question, Remembered
from tagwright.state.frames import Frame, Original

_SET_BACKS = 2  # frames without an answer that are waited for before a frame is asked about itself


@dataclass(frozen=True, slots=True)
class BurstBounds:
    """How near to each other two frames must be to share an answer."""

    seconds: float = 3.0  # between the times at which they were taken
    distance: int = 16  # of 128 gradients, see :class:`~tagwright.pictures.look.Look`


@dataclass(slots=True, eq=False)
class _Open:
    """A frame that is being asked about."""

    frame: Frame
    look: Look
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    answered: bool = False


Ask = Callable[[], Awaitable[Remembered]]


class Bursts:
    """Lends answers between frames, in one run; always those of a frame that was asked itself.

    So no answer walks from frame to frame along a pan: every copy is within the bounds of the
    frame that it was given for.
    """

    def __init__(self, lane: Lane, bounds: BurstBounds | None) -> None:
        """Without ``bounds`` nothing is shared, and what was shared earlier is not used."""
        self.shared = 0
        self._lane = lane
        self._bounds = bounds
        self._open: dict[tuple[str, str, str], list[_Open]] = {}

    @property
    def on(self) -> bool:
        """Whether answers are shared."""
        return self._bounds is not None

    async def answer(  # noqa: PLR0917 - a question, and all that is known of its photo
        self,
        ref: AssetRef,
        question: Question,
        tagger: Tagger,
        facts: Facts,
        picture: Rendition,
        ask: Ask,
    ) -> Remembered:
        """Return a copy of the answer to another frame of the burst, else what ``ask`` brings.

        A frame like one that is being asked about waits for what becomes of that.

        Raises:
            TaggerError: ``ask`` raised it.
        """
        if self._bounds is None or not (isinstance(tagger, CostlyTagger) and tagger.costly):
            return await ask()
        opened = await _opened(ref, question, facts, picture)
        if opened is None:
            return await ask()
        set_backs = 0
        while set_backs < _SET_BACKS and (other := self._alike(opened, question)):
            await other.settled.wait()
            set_backs += not other.answered
            if other.answered and (copy := await self._copy(opened, question, tagger)):
                return copy
        # It is open before the store is searched: who comes in between waits, and who has ended
        # before has left an answer there.
        with self._asking(opened, question):
            found = await self._copy(opened, question, tagger) or await ask()
            opened.answered = True
            return found

    def _alike(self, opened: _Open, question: Question) -> _Open | None:
        assert self._bounds is not None
        bounds = self._bounds
        for other in self._open.get(_key(opened, question), ()):
            apart = abs(other.frame.taken_at - opened.frame.taken_at)
            if apart <= bounds.seconds and other.look.resembles(opened.look, bounds.distance):
                return other
        return None

    @contextmanager
    def _asking(self, opened: _Open, question: Question) -> Iterator[None]:
        key = _key(opened, question)
        together = self._open.setdefault(key, [])
        together.append(opened)
        try:
            yield
        finally:
            together.remove(opened)
            if not together:
                self._open.pop(key, None)
            opened.settled.set()

    async def _copy(self, opened: _Open, question: Question, tagger: Tagger) -> Remembered | None:
        assert self._bounds is not None
        bounds = self._bounds

        def copy(connection: Connection) -> Remembered | None:
            frames.keep(connection, opened.frame)
            near = frames.originals(connection, opened.frame, question, bounds.seconds)
            for one in near:
                seen = Look.parse(one.look)
                if seen is not None and opened.look.resembles(seen, bounds.distance):
                    return _copied(connection, one, question, tagger)
            return None

        found = await self._lane(copy)
        self.shared += found is not None
        return found


def _copied(
    connection: Connection, original: Original, question: Question, tagger: Tagger
) -> Remembered | None:
    asked = replace(question, content_key=original.content_key, family="")
    given = answers.recall(connection, asked)
    if given is None or given.answer is None:
        return None
    marked = _marked(given.answer, original.name)
    number = answers.keep_answer(connection, question, tagger.name, marked, given.id)
    return Remembered(number, marked, None, "answered", question.recipe, given.id)


async def _opened(
    ref: AssetRef, question: Question, facts: Facts, picture: Rendition
) -> _Open | None:
    """Return the frame that a photo may be; None: it is none, or cannot be told by its look."""
    series, taken_at = series_of(ref, facts), taken(facts)
    if series is None or taken_at is None:
        return None
    try:
        seen = await asyncio.to_thread(look, picture.data)
    except UnreadableError:
        return None
    if seen is None:
        return None
    return _Open(Frame(question.content_key, str(seen), series, taken_at), seen)


def series_of(ref: AssetRef, facts: Facts) -> str | None:
    """Return a key of what all frames of a burst have in common.

    That is library and folder, make and model of the camera, width and height. None where the
    camera or the size is not known: scans and pictures off the web are no bursts.
    """
    camera = [str(facts.metadata.get(f"EXIF:{name}", "")).strip() for name in ("Make", "Model")]
    if not camera[1] or not (facts.width and facts.height):
        return None
    folder = ref.reference.rpartition("/")[0]
    parts = [ref.library, folder, facts.folders, camera, facts.width, facts.height]
    text = json.dumps(parts, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def taken(facts: Facts) -> float | None:
    """Return when a photo was taken in seconds of the camera's clock; None: that is not known."""
    if facts.taken_at is None:
        return None
    part = str(facts.metadata.get("EXIF:SubSecTimeOriginal", "")).strip()
    exact = part.isascii() and part.isdigit() and "EXIF:DateTimeOriginal" in facts.metadata
    whole = facts.taken_at.replace(microsecond=0, tzinfo=UTC).timestamp()
    return whole + (float(f"0.{part}") if exact else facts.taken_at.microsecond / 1e6)


def _key(opened: _Open, question: Question) -> tuple[str, str, str]:
    return opened.frame.series, question.recipe, question.facts_key


def _marked(answer: Answer, name: str | None) -> Answer:
    """Return an answer that says of itself where it was seen; all else is as it was."""
    note = f"seen in {name or 'another photo'}, a frame of the same burst"
    return replace(
        answer,
        observations=tuple(
            replace(one, how=f"{note}; {one.how}" if one.how else note)
            for one in answer.observations
        ),
    )
