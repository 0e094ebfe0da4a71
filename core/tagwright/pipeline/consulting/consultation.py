"""Asking all chains of taggers about one photo after the other."""

from __future__ import annotations

from collections.abc import Sequence

from tagwright.errors import FencedError, TaggerAnswerError, TaggerRefusedError
from tagwright.pipeline.asking import Asker, Desk
from tagwright.pipeline.consulting.cascading import cascade
from tagwright.pipeline.consulting.chains import Chain
from tagwright.pipeline.consulting.falling_back import fall_back
from tagwright.pipeline.consulting.talking import Said, Subject, Talk, reply
from tagwright.pipeline.judging import Judge
from tagwright.pipeline.results import Session


class Consultation:
    """Asks those who are to be asked about each photo; holds what the photos of a run share."""

    def __init__(self, session: Session, asker: Asker, desks: Sequence[Desk], judge: Judge) -> None:
        """Take the chains from the session's settings; each of their taggers has a desk."""
        named = {desk.tagger.name: desk for desk in desks}
        plan = session.settings.plan
        self._chains = [(chain, [named[one] for one in chain.members]) for chain in plan]
        self._afresh = session.settings.reask
        self._asker = asker
        self._judge = judge
        self._lane = session.lane

    async def about(self, subject: Subject) -> Said:
        """Return what all chains say of a photo.

        Raises:
            TaggerError: one of them may answer another time.
        """
        talk = Talk(self._asker, self._judge, self._lane, subject)
        said = Said()
        for chain, desks in self._chains:
            said.join(await self._ask(chain, desks, talk))
        said.fenced = talk.fenced
        return said

    async def _ask(self, chain: Chain, desks: Sequence[Desk], talk: Talk) -> Said:
        match chain.manner:
            case "alone":
                return await _alone(desks[0], talk)
            case "fallback":
                return await fall_back(chain, desks, talk, afresh=self._afresh)
            case "cascade":
                return await cascade(chain, desks, talk)


async def _alone(desk: Desk, talk: Talk) -> Said:
    try:
        return Said([reply(desk, await talk.ask(desk))])
    except FencedError:
        return Said()  # told with all that was kept back
    except (TaggerRefusedError, TaggerAnswerError) as exc:
        return Said(refusal=exc)  # the other taggers still have their say
