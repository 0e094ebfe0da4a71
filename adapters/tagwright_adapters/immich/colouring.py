"""The colour of tags that we make; those that people made keep theirs."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from tagwright_adapters.immich.allowed import Allowed
from tagwright_adapters.immich.errors import ImmichError
from tagwright_adapters.immich.models import Tag
from tagwright_adapters.immich.tags import TagCalls

logger = logging.getLogger(__name__)


class Painter:
    """Gives tags one colour; what fails is said, and never keeps a photo from its tags."""

    def __init__(self, calls: TagCalls, allowed: Allowed, colour: str) -> None:
        """Make one; without a colour it paints nothing."""
        self._calls = calls
        self._allowed = allowed
        self._colour = colour.upper()  # 2.x takes no small letters

    def __bool__(self) -> bool:
        """Whether there is anything to paint with."""
        return bool(self._colour)

    async def paint(self, tags: Iterable[Tag]) -> None:
        """Colour tags that were just made."""
        try:
            for tag in tags:
                if not await self._allowed.to("colour tags", "tag.update"):
                    return
                await self._calls.colour(tag.id, self._colour)
        except ImmichError as exc:
            logger.warning("A new tag keeps Immich's own colour: %s", exc)
