"""People whose faces are known."""

from __future__ import annotations

from pydantic import TypeAdapter

from tagwright_adapters.immich.connection import Connection
from tagwright_adapters.immich.models import People, Person

_PEOPLE = TypeAdapter(People)
_LARGEST_PAGE = 1_000


class PeopleCalls:
    """People are known by identifier: two may share a name, and many have none."""

    def __init__(self, connection: Connection) -> None:
        """Ask over these connections."""
        self._connection = connection

    async def all(self) -> tuple[Person, ...]:
        """Return everybody, those without a name and those that are hidden included."""
        found: dict[str, Person] = {}
        page, more = 1, True
        while more:
            query = {"page": str(page), "size": str(_LARGEST_PAGE), "withHidden": "true"}
            answer = await self._connection.ask(
                "GET", "/people", _PEOPLE, "person.read", query=query
            )
            found |= {person.id: person for person in answer.people}
            page, more = page + 1, answer.has_next_page and bool(answer.people)
        return tuple(found.values())
