"""Notes on assets: which tags and extras are ours, and what people rejected.

They stand in the asset's own metadata, which only programs see: neither in its file nor in the
sidecar. So a lost database can be made anew, and another installation knows what is whose.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from tagwright.model import Extra, ExtraField, Tag
from tagwright.ports import Noted, Receipt, Recovered
from tagwright_adapters.immich.assets import AssetCalls
from tagwright_adapters.immich.errors import ImmichMissingError
from tagwright_adapters.immich.models import Asset

KEY = "tagwright"
"""Under which our notes stand."""

_VERSION = 1
_MOST = 200  # notes in one call: a photo with 20 tags takes 4 KB of Immich's 10 MB

Path = tuple[str, ...]


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Tag(_Form):
    path: tuple[str, ...]
    concept: str
    confidence: float = 1.0
    tagger: str = ""
    run: str = ""
    at: str = ""


class _Extra(_Form):
    field: ExtraField
    value: str


class _Note(_Form):
    version: int = _VERSION
    tags: tuple[_Tag, ...] = ()
    extras: tuple[_Extra, ...] = ()
    rejected: tuple[str, ...] = ()


class Notes:
    """Reads and writes our notes."""

    def __init__(self, assets: AssetCalls) -> None:
        """Write over this client."""
        self._assets = assets

    async def read(self, asset: str) -> Noted:
        """Return what is noted; nothing where there is no note, or none that we can read.

        Raises:
            ImmichError: it cannot be read.
        """
        return parse((await self._assets.notes(asset)).get(KEY, {}))

    async def write(self, notes: Mapping[str, Noted]) -> None:
        """Write notes in place of those before, many in one call.

        Raises:
            ImmichPermissionError: the key lacks asset.update.
            ImmichTooOldError: the server does not know notes.
            ImmichError: they are not all written.
        """
        waiting = list(_parts(notes))
        while waiting:
            part = waiting.pop()
            try:
                await self._assets.note(KEY, {one: value_of(note) for one, note in part.items()})
            except ImmichMissingError:  # it is not told which one
                if len(part) > 1:
                    waiting += _parts(part, (len(part) + 1) // 2)


def value_of(note: Noted) -> dict[str, Any]:
    """Return a note as it is kept."""
    names = ("path", "concept", "confidence", "tagger", "run", "at")
    tags = [_Tag(**{name: getattr(tag, name) for name in names}) for tag in note.tags]
    extras = tuple(_Extra(field=one.field, value=one.value) for one in note.extras)
    made = _Note(tags=tuple(tags), extras=extras, rejected=note.rejected)
    return made.model_dump(mode="json")


def parse(value: Mapping[str, Any]) -> Noted:
    """Return the note that was kept as this; an empty one if it is of an unknown form."""
    try:
        note = _Note.model_validate(value)
    except ValidationError:
        return Noted()
    tags = tuple(Tag(**dict(one)) for one in note.tags if one.path)
    return Noted(tags, tuple(Extra(one.field, one.value) for one in note.extras), note.rejected)


def recovered(
    note: Noted, asset: Asset, there: Collection[Path], extras: Collection[Extra]
) -> Recovered:
    """Return what a note says of our writes, as far as it stands on the asset.

    Args:
        note: What was noted.
        asset: The asset that it is noted on.
        there: The paths of its tags.
        extras: What stands on it beside tags.
    """
    standing = [tag for tag in note.tags if tag.path in there]
    given = tuple(one for one in note.extras if one in extras)
    newest = max(standing, key=lambda tag: tag.at).run if standing else ""
    runs = {tag.run for tag in standing} | ({newest} if given else set())
    nothing = Receipt((), (), (), target=asset.id, modified=asset.modified)
    return Recovered(
        receipts={
            run: replace(
                nothing,
                written=tuple(tag for tag in standing if tag.run == run),
                given=given if run == newest else (),
            )
            for run in sorted(runs)
        },
        deleted=tuple(tag for tag in note.tags if tag.path not in there),
        rejected=note.rejected,
    )


def _parts(notes: Mapping[str, Noted], most: int = _MOST) -> Iterator[dict[str, Noted]]:
    entries = iter(notes.items())
    while part := dict(islice(entries, most)):
        yield part
