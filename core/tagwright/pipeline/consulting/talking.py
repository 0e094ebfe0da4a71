"""What taggers say of one photo, and asking each of them about it once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from tagwright.errors import BudgetError, FencedError, TaggerError, TaggerUnavailableError
from tagwright.mapping import Said as Saying
from tagwright.model import Answer, Facts, Rendition
from tagwright.pipeline.asking import Asker, Desk, facts_key
from tagwright.pipeline.consulting.chains import Course
from tagwright.pipeline.judging import Judge
from tagwright.state import Lane, visits
from tagwright.state.answers import Question, Remembered
from tagwright.state.queue import Job


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of one tagger, and how it came to be asked."""

    id: int
    tagger: str
    answer: Answer
    route: str = ""  # why it was asked; empty: it always is


@dataclass(slots=True)
class Said:
    """What taggers said of one photo: those of one chain, or of all."""

    replies: list[Reply] = field(default_factory=list)
    refusal: TaggerError | None = None  # of a chain of which nobody answers
    courses: list[Course] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # for people: who else was asked, and why
    fenced: list[FencedError] = field(default_factory=list)  # who was not shown it, and why

    @property
    def sayings(self) -> list[Saying]:
        """Every observation with its tagger."""
        return [(one.tagger, seen) for one in self.replies for seen in one.answer.observations]

    @property
    def captions(self) -> dict[str, str]:
        """What taggers said in a sentence, by their names."""
        return {one.tagger: one.answer.caption for one in self.replies if one.answer.caption}

    @property
    def routes(self) -> dict[str, str]:
        """Why taggers were asked, by their names."""
        return {one.tagger: one.route for one in self.replies if one.route}

    @property
    def incomplete(self) -> bool:
        """Whether somebody should be asked later who could not be asked now."""
        return any(course.incomplete for course in self.courses)

    def join(self, other: Said) -> None:
        """Add what another chain said; an answer that both have counts as it came first."""
        known = {reply.id for reply in self.replies}
        self.replies += [reply for reply in other.replies if reply.id not in known]
        self.refusal = other.refusal or self.refusal
        self.courses += other.courses
        self.notes += other.notes


@dataclass(frozen=True, slots=True)
class Subject:
    """A photo that taggers are asked about."""

    job: Job
    content_key: str
    facts: Facts  # without what we wrote
    rejected: Collection[str]  # concepts
    rendition: Callable[[], Awaitable[Rendition]]


class Talk:
    """The talk about one photo: a tagger that failed is not asked about it a second time."""

    def __init__(self, asker: Asker, judge: Judge, lane: Lane, subject: Subject) -> None:
        self._asker = asker
        self._judge = judge
        self._lane = lane
        self._subject = subject
        self._failures: dict[str, TaggerError] = {}  # by tagger
        self._hurried: set[str] = set()  # those that failed without being waited for
        self._routes: Mapping[int, str] | None = None

    async def ask(self, desk: Desk) -> Remembered:
        """Return a tagger's answer, from memory or from itself.

        Raises:
            TaggerError: there is none.
        """
        name, subject = desk.tagger.name, self._subject
        if name in self._failures:
            raise self._failures[name]
        question, hurried = self._question(desk), desk.hasty
        try:
            if desk.out is not None and await self._asker.recall(question) is None:
                raise desk.out.with_traceback(None)
            return await self._asker.answer(
                subject.job, question, desk, subject.facts, subject.rendition
            )
        except TaggerError as exc:
            self._failures[name] = exc
            if hurried:
                self._hurried.add(name)
            if _is_out(exc, hurried=hurried):
                desk.out = exc.with_traceback(None)
            raise

    @property
    def fenced(self) -> list[FencedError]:
        """Who was not shown the photo for the sake of privacy, and why."""
        return [exc for exc in self._failures.values() if isinstance(exc, FencedError)]

    async def recall(self, desk: Desk) -> Remembered | None:
        """Return what a tagger said of the photo before; it is not asked."""
        return await self._asker.recall(self._question(desk))

    def give_time(self, desk: Desk) -> bool:
        """Have a tagger waited for from now on; return whether it can be asked once more."""
        desk.hasty = False
        if desk.tagger.name not in self._hurried:
            return False
        self._hurried.remove(desk.tagger.name)
        del self._failures[desk.tagger.name]
        return True

    async def routes(self) -> Mapping[int, str]:
        """Return why others than the first were asked when the photo was last seen, by answer."""
        if self._routes is None:
            asset = self._subject.job.asset_id
            self._routes = await self._lane(lambda c: visits.routes(c, asset))
        return self._routes

    def sure(self, replies: Iterable[Reply]) -> int | None:
        """Return how many concepts some answers alone would apply; None: nothing may be written."""
        sayings = Said(list(replies)).sayings
        subject = self._subject
        judgement = self._judge.judge(sayings, subject.facts, subject.rejected)
        if judgement.left_alone is not None:
            return None
        taggers = {tagger for tagger, _ in sayings}
        seen = {
            one.concept
            for one in judgement.applied
            if any(why.tagger in taggers for why in one.why)
        }
        above = {broader for one in seen for broader in self._judge.taxonomy.ancestors(one)}
        return len(seen - above)  # else whole paths, where they are written, would count as more

    def _question(self, desk: Desk) -> Question:
        shaping = facts_key(desk.tagger, self._subject.facts)
        return Question(self._subject.content_key, desk.recipe, shaping, desk.family)


def reply(desk: Desk, kept: Remembered, route: str = "") -> Reply:
    """Return an answer as a reply."""
    assert kept.answer is not None
    return Reply(kept.id, desk.tagger.name, kept.answer, route)


def _is_out(error: TaggerError, *, hurried: bool) -> bool:
    """Say whether a tagger is out for the rest of the run, and not just for this photo.

    One that was not waited for is tried again as soon as its gate lets somebody through.
    """
    if isinstance(error, TaggerUnavailableError):
        return error.stops_run and not hurried
    return isinstance(error, BudgetError)
