"""The one way by which a picture gets to a tagger."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable

from tagwright.errors import FencedError
from tagwright.model import AssetRef, Facts, Rendition
from tagwright.ports import OpenTagger, Tagger
from tagwright.privacy.fence import Fence, Kept
from tagwright.privacy.hosts import TrustedHosts

Looks = Callable[[Rendition, Facts], str]
"""Says why a picture looks like a document, or nothing."""


class Guard:
    """Hands out pictures, and keeps those behind the fence from services outside the house."""

    def __init__(
        self,
        fence: Fence | None = None,
        trusted: TrustedHosts | None = None,
        looks: Looks = lambda _rendition, _facts: "",
    ) -> None:
        """By default nothing is kept back."""
        self._fence = fence or Fence()
        self._trusted = trusted or TrustedHosts()
        self._looks = looks

    def key(self, taggers: Iterable[Tagger]) -> str:
        """Return the key of all that decides what these taggers are shown; empty: everything is."""
        if not self._fence.key or not any(tagger.leaves_machine for tagger in taggers):
            return ""
        text = json.dumps([self._fence.key, self._trusted.key])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    async def shown(
        self,
        tagger: Tagger,
        ref: AssetRef,
        facts: Facts,
        rendition: Callable[[], Awaitable[Rendition]],
    ) -> Rendition:
        """Return the picture that a tagger is to see, made only where facts do not keep it back.

        Raises:
            FencedError: the photo is not for this tagger's service. It is no failure.
        """
        host = _host(tagger, facts)
        if host is None:
            return await rendition()
        self._check(tagger, self.keeps(host, ref, facts), ref)
        picture = await rendition()
        kept = await asyncio.to_thread(self.keeps, host, ref, facts, picture)
        self._check(tagger, kept, ref)
        return picture

    def keeps(
        self, host: str | None, ref: AssetRef, facts: Facts, rendition: Rendition | None = None
    ) -> Kept | None:
        """Return why a photo is kept from a host; of its picture nothing is known without it.

        ``host`` is None for what stays on this machine, and empty where it is not known.
        """
        if host is None or host in self._trusted:
            return None
        by_facts = self._fence.keeps(ref, facts)
        if by_facts is not None or rendition is None or not self._fence.documents:
            return by_facts
        return self._fence.keeps(ref, facts, self._looks(rendition, facts))

    @staticmethod
    def _check(tagger: Tagger, kept: Kept | None, ref: AssetRef) -> None:
        if kept is not None:
            raise FencedError(tagger.name, kept.by, str(kept), asset=str(ref))


def _host(tagger: Tagger, facts: Facts) -> str | None:
    if not tagger.leaves_machine:
        return None
    return tagger.sends(facts).host if isinstance(tagger, OpenTagger) else ""
