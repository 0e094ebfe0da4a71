"""Which photos of an account are to be tagged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import NamedTuple

from tagwright.errors import ConfigurationError
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.searching import Query

_MANY = 5  # of one name that are told apart in an error
_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Selection:
    """What a person asked for; all of it must hold."""

    album: str | None = None  # name or identifier
    person: str | None = None
    after: datetime | None = None  # when they were taken: a day that begins here, or any later one
    before: datetime | None = None
    untagged: bool = False
    favourites: bool = False
    limit: int | None = None  # photos to be taken up

    @property
    def is_everything(self) -> bool:
        """Whether it leaves nothing out but for its limit."""
        named = (self.album, self.person, self.after, self.before)
        return not (any(named) or self.untagged or self.favourites)

    async def query(self, client: ImmichClient) -> Query:
        """Return it as a search.

        Raises:
            ConfigurationError: there is no such album or person, or several; or no such time.
            ImmichError: the server does not tell.
        """
        if self.after and self.before and self.after >= self.before:
            raise ConfigurationError("--after is not before --before: no photo is in between.")
        query = Query(
            taken_after=_here(self.after),
            taken_before=_here(self.before, earlier=_TICK),
            album=await self._album(client),
            person=await self._person(client),
            untagged=self.untagged,
            favourite=True if self.favourites else None,
            with_exif=True,
            with_people=True,
        )
        if query.album is not None:
            await _check_album(client, query, query.album)
        return query

    async def _album(self, client: ImmichClient) -> str | None:
        if self.album is None:
            return None
        albums = await client.albums.all()
        known = [_Known(one.id, one.album_name, f", {one.asset_count} assets") for one in albums]
        return _found("album", self.album, known)

    async def _person(self, client: ImmichClient) -> str | None:
        if self.person is None:
            return None
        people = await client.people.all()
        return _found("person", self.person, [_Known(one.id, one.name, "") for one in people])


async def _check_album(client: ImmichClient, query: Query, album: str) -> None:
    """Make sure that the server looks into the album: a very old one finds all there is instead."""
    found = await client.search.page(query, size=1)
    for photo in found.items:
        if album not in {one.id for one in await client.albums.holding(photo.id)}:
            message = "this Immich cannot find photos by album."
            raise ConfigurationError(message, cure="Upgrade Immich, or leave --album out.")


class _Known(NamedTuple):
    id: str
    name: str
    about: str


def _here(day: datetime | None, earlier: timedelta = timedelta(0)) -> datetime | None:
    """Return the begin of a day as it is on this machine's clock, or a moment before it."""
    return None if day is None else day.astimezone() - earlier


def _found(kind: str, wanted: str, known: Sequence[_Known]) -> str:
    folded = wanted.strip().casefold()
    for same in (
        [one for one in known if one.id == wanted],
        [one for one in known if one.name == wanted],
        [one for one in known if one.name.strip().casefold() == folded],
    ):
        if len(same) == 1:
            return same[0].id
        if same:
            listed = "; ".join(f"{one.id} ({one.name}{one.about})" for one in same[:_MANY])
            raise ConfigurationError(
                f"{len(same)} {_plural(kind)} of Immich are called {wanted!r}.",
                cure=f"Give the identifier: {listed}.",
            )
    raise ConfigurationError(
        f"Immich knows no {kind} called {wanted!r}.", cure=_near(folded, (k.name for k in known))
    )


def _near(folded: str, names: Iterable[str]) -> str:
    by_folded = {name.strip().casefold(): name for name in names if name.strip()}
    near = get_close_matches(folded, by_folded, n=3)
    near += [one for one in by_folded if folded in one and one not in near][: 3 - len(near)]
    if near:
        return f"Did you mean {' or '.join(repr(by_folded[one]) for one in near)}?"
    return f"There are: {', '.join(list(by_folded.values())[:_MANY])}." if by_folded else ""


def _plural(kind: str) -> str:
    return {"person": "people"}.get(kind, f"{kind}s")
