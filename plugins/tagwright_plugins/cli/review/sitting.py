"""A person at the keyboard: one group after the other, one key for each answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from statistics import mean

from sqlalchemy import Connection

from tagwright import review
from tagwright.calibration import Calibration, evidence
from tagwright.configuration import Configuration
from tagwright.errors import ConfigurationError
from tagwright.review import Choice, Filter, Group, Member, Order, Session, Writer
from tagwright.taxonomy import Taxonomy
from tagwright_adapters.files.names import to_path
from tagwright_plugins.cli.assembly import State
from tagwright_plugins.cli.naming import Naming
from tagwright_plugins.cli.review.choosing import choose
from tagwright_plugins.cli.review.terminal import EndedError, Terminal
from tagwright_plugins.cli.wording import many

_SHOWN = 9  # photos at a time: one key names each
_PLACES = tuple("123456789")
_KEYS = (
    "[y] yes  [n] no  [r] refine  [a] add another tag  [s] skip  [u] undo"
    "  [1-9] leave out  [o] open  [m] more photos  [q] quit"
)


class Sitting:
    """Shows groups, takes answers and lets the writer know of them."""

    def __init__(
        self,
        configuration: Configuration,
        state: State,
        writer: Writer,
        chosen: Filter,
        terminal: Terminal,
    ) -> None:
        self.session: Session | None = None  # begun with the first answer
        self.tally: Counter[str] = Counter()  # suggestions by what was said of them
        self._configuration = configuration
        self._naming = Naming(configuration)
        self._state = state
        self._writer = writer
        self._chosen = chosen
        self._terminal = terminal
        self._passed: set[str] = set()  # keys of groups that are not to be shown again
        self._left_out: set[int] = set()
        self._begin = 0  # first member shown
        self._calibration: Calibration | None = None  # None: nothing was decided before
        self._answers: dict[str, Callable[[Group], Awaitable[None]]] = {
            "y": lambda group: self._answer(group, Choice.ACCEPT),
            "n": lambda group: self._answer(group, Choice.REJECT),
            "s": self._skip,
            "r": lambda group: self._name(group, Choice.REFINE),
            "a": lambda group: self._name(group, Choice.ADD),
            "u": self._undo,
            "m": self._more,
            "o": self._open,
        }

    async def run(self) -> bool:
        """Go through the queue; return whether it was left by Ctrl-C or the like."""
        self._calibration = await self._state.lane(self._learnt)
        try:
            while (group := await self._next()) is not None:
                key = await self._terminal.key()
                if key == "q":
                    return False
                await self._take(key, group)
        except EndedError:
            return True
        self._terminal.say("Nothing more waits for you.")
        return False

    def _learnt(self, connection: Connection) -> Calibration | None:
        judged = evidence(connection, self._taxonomy)
        return Calibration(judged, self._taxonomy) if judged else None

    async def _take(self, key: str, group: Group) -> None:
        try:
            if key in self._answers:
                await self._answers[key](group)
            elif key in _PLACES:
                self._toggle(group, int(key) - 1)
            else:
                self._terminal.say(_KEYS)
        except ConfigurationError as exc:  # what was named or wished for is not there
            self._terminal.say(str(exc))

    async def _next(self) -> Group | None:
        """Return the first group that was not passed over, and show it."""
        limit = len(self._passed) + 1
        page = await self._state.lane(
            lambda c: review.groups(c, self._taxonomy, self._chosen, limit=limit)
        )
        group = next((one for one in page.groups if one.key not in self._passed), None)
        if group is not None:
            members = await self._members(group)
            self._show(group, members, f"{many(page.waiting, 'suggestion')} wait")
        return group

    async def _members(self, group: Group) -> list[Member]:
        if self._begin >= len(group.members):
            self._begin = 0
        begin = self._begin
        return await self._state.lane(lambda c: review.members(c, group, begin, _SHOWN))

    def _show(self, group: Group, members: list[Member], rest: str) -> None:
        say = self._terminal.say
        low, high = group.confidence
        sure = f"{high:.2f}" if low == high else f"{high:.2f} to {low:.2f}"
        number = many(len(group.members), "photo")
        if out := self._left_out.intersection(group.asset_ids):
            number += f", {len(out)} left out"
        say()
        title = " > ".join(self._taxonomy.path(group.concept))
        say(f"{title}   {number}, {sure}   ({rest})", strong=True)
        if members and members[0].why:
            why = members[0].why[0]
            matched = f"{why.get('match', '')} {why.get('matched', '')!r}"
            say(f"  {why.get('tagger', '')} says {why.get('label', '')!r}: {matched}")
        if self._calibration is not None:
            hopes = [self._hope(self._calibration, group, member) for member in members]
            say(f"  by what you decided so far, about {mean(hopes):.0%} of these are right")
        for place, member in enumerate(members, 1):
            sign = "-" if member.asset_id in self._left_out else " "
            say(f" {sign}{place}  {member.confidence:.2f}  {self._naming.text(member.ref)}")
        more = len(group.members) - self._begin - len(members)
        say(f"    and {more} more" if more else _KEYS)

    @staticmethod
    def _hope(known: Calibration, group: Group, member: Member) -> float:
        tagger = member.why[0].get("tagger", "") if member.why else ""
        return known.confidence(tagger, group.concept, member.confidence)

    async def _answer(self, group: Group, choice: Choice, concept: str | None = None) -> None:
        ids = [one for one in group.asset_ids if one not in self._left_out]
        if not ids:
            self._terminal.say("All photos of this group are left out.")
            return
        if choice is Choice.ADD and concept is not None:
            order = Order(choice, concept, ids)
        else:
            order = Order(choice, group.concept, ids, concept)
        session = await self._sitting()
        batch = await self._state.lane(lambda c: review.decide(c, self._taxonomy, session, order))
        self.tally[_PAST[choice]] += batch.photos
        self._writer.nudge()
        if choice is not Choice.ADD:
            self._left_out -= set(group.asset_ids)
            self._begin = 0

    async def _skip(self, group: Group) -> None:
        self._passed.add(group.key)
        await self._answer(group, Choice.SKIP)

    async def _name(self, group: Group, choice: Choice) -> None:
        taxonomy, concept = await choose(
            self._terminal, self._configuration, self._taxonomy, group.concept
        )
        self._writer.taxonomy = taxonomy
        if concept is not None:
            await self._answer(group, choice, concept)

    async def _undo(self, _group: Group) -> None:
        session = await self._sitting()
        batch = await self._state.lane(lambda c: review.undo(c, session=session.run_id))
        self.tally[_PAST[batch.choice]] -= batch.photos
        self._writer.nudge()
        self._passed.clear()
        self._terminal.say(f"Took back: {batch.choice} {batch.concept}, {batch.photos} photos.")

    async def _more(self, group: Group) -> None:
        self._begin = (self._begin + _SHOWN) % max(len(group.members), 1)

    async def _open(self, group: Group) -> None:
        members = await self._members(group)
        place = 1
        if len(members) > 1:
            self._terminal.say("Open which one? [1-9]")
            key = await self._terminal.key()
            place = int(key) if key in _PLACES else 0
        if 1 <= place <= len(members):
            ref = members[place - 1].ref
            self._terminal.show(self._naming.address(ref) or to_path(ref.reference))

    def _toggle(self, group: Group, place: int) -> None:
        shown = group.asset_ids[self._begin : self._begin + _SHOWN]
        if place < len(shown):
            self._left_out ^= {shown[place]}

    async def _sitting(self) -> Session:
        if self.session is None:
            owner = self._state.owner.id
            self.session = await self._state.lane(lambda c: review.begin(c, owner, "terminal"))
        return self.session

    @property
    def _taxonomy(self) -> Taxonomy:
        return self._writer.taxonomy


_PAST = {
    Choice.ACCEPT: "accepted",
    Choice.REJECT: "rejected",
    Choice.REFINE: "refined",
    Choice.SKIP: "skipped",
    Choice.ADD: "added",
}
