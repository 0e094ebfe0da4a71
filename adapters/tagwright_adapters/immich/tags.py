"""The account's tags, and giving them to assets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, TypeAdapter

from tagwright_adapters.immich.connection import Connection
from tagwright_adapters.immich.models import Outcome, Tag
from tagwright_adapters.immich.paths import segment

Path = tuple[str, ...]


class _Count(BaseModel):
    count: int


_TAGS = TypeAdapter(tuple[Tag, ...])
_COUNT = TypeAdapter(_Count)
_OUTCOMES = TypeAdapter(tuple[Outcome, ...])


class TagCalls:
    """Tags are known by their full path, never by their last name: two may share it."""

    def __init__(self, connection: Connection) -> None:
        """Ask over these connections."""
        self._connection = connection

    async def all(self) -> tuple[Tag, ...]:
        """Return all tags of the account."""
        return await self._connection.ask("GET", "/tags", _TAGS, "tag.read")

    async def upsert(self, paths: Iterable[Path]) -> dict[Path, Tag]:
        """Make those of these tags, and of those above them, that are not there.

        Args:
            paths: Names without a slash in them, none of them empty.

        Returns:
            The tag of each path; the server answers in an order of its own.
        """
        values = {"/".join(path): path for path in paths}
        body = {"tags": list(values)}
        tags = await self._connection.ask("PUT", "/tags", _TAGS, "tag.create", body=body)
        return {values[tag.value]: tag for tag in tags if tag.value in values}

    async def colour(self, tag: str, colour: str) -> None:
        """Set a tag's colour, "#A855F7"; nothing else of a tag can be changed."""
        path = f"/tags/{segment(tag)}"
        await self._connection.tell("PUT", path, "tag.update", body={"color": colour})

    async def give(self, assets: Sequence[str], tags: Sequence[str]) -> int:
        """Give all these tags to all these assets, by identifiers, in one request.

        Never one request per tag: Immich then loses some for good, with success for an answer.

        Returns:
            How many pairs are new. Those that were there before do not count, and neither do
            unknown tags, unknown assets and those of others: only reading back tells.
        """
        body = {"assetIds": list(assets), "tagIds": list(tags)}
        permission = "tag.asset"
        answer = await self._connection.ask("PUT", "/tags/assets", _COUNT, permission, body=body)
        return answer.count

    async def take(self, tag: str, assets: Sequence[str]) -> tuple[Outcome, ...]:
        """Take one tag from assets, by identifiers; the tag itself stays.

        Raises:
            ImmichMissingError: there is no such tag.
        """
        path = f"/tags/{segment(tag)}/assets"
        body = {"ids": list(assets)}
        return await self._connection.ask("DELETE", path, _OUTCOMES, "tag.asset", body=body)

    async def delete(self, tag: str) -> None:
        """Delete a tag altogether, by its identifier; sidecars that name it stay as they are."""
        await self._connection.tell("DELETE", f"/tags/{segment(tag)}", "tag.delete")
