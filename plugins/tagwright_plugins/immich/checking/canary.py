"""One photo that shows whether everything works, from the key to a tag that can be searched for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from tagwright.configuration import Configuration
from tagwright.configuration.immich import AccountSection
from tagwright.errors import TagwrightError
from tagwright.model import AssetRef, RenditionSpec, Tag
from tagwright.ports import Receipt, Withdrawal
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichPermissionError
from tagwright_adapters.immich.library import ImmichLibrary
from tagwright_adapters.immich.models import Asset
from tagwright_adapters.immich.ownership import Ownership
from tagwright_adapters.immich.searching import Query
from tagwright_plugins.cli.wording import printable
from tagwright_plugins.immich.accounts import make_client, make_library
from tagwright_plugins.immich.checking.findings import Finding

_TAG = Tag("tagwright-canary", ("Tagwright", "Canary"), 1.0, "doctor", "doctor")
_FEW = 50  # of the newest photos, among which one of the account's own is looked for
_LONGEST = 100


async def prove(configuration: Configuration, account: AccountSection) -> AsyncIterator[Finding]:
    """Yield step by step how a tag comes to the newest photo, is found by it, and goes again.

    The photo is as before afterwards, whatever went wrong on the way.
    """
    async with AsyncExitStack() as stack:
        what = "canary"
        try:
            library = make_library(configuration, account)
            stack.push_async_callback(library.aclose)
            client = make_client(configuration, account)
            stack.push_async_callback(client.aclose)
            photo = await _newest(client)
            if photo is None:
                said = "the account has no photo of its own yet: upload one, and look again"
                yield Finding(account.name, what, "note", said)
                return
            async for finding in _Proof(account.name, client, library, photo).steps():
                yield finding
        except TagwrightError as exc:
            yield Finding(account.name, what, "failed", str(exc), exc.exit_code)


async def _newest(client: ImmichClient) -> Asset | None:
    ownership = Ownership(client.account)
    page = await client.search.page(Query(visibility="timeline"), size=_FEW)
    ours = [one for one in page.items if await ownership.is_own(one)]
    return next((one for one in ours if one.thumbhash), None)


class _Proof:
    """The steps, on one photo."""

    def __init__(
        self, account: str, client: ImmichClient, library: ImmichLibrary, photo: Asset
    ) -> None:
        self._account = account
        self._client = client
        self._library = library
        self._photo = photo
        self._ref = AssetRef(library.name, photo.id)
        self._path = library.root.below(_TAG.path)  # as it stands in Immich

    async def steps(self) -> AsyncIterator[Finding]:
        name = printable(self._photo.original_file_name or self._photo.id, _LONGEST)
        picture = await self._library.rendition(self._ref, RenditionSpec())
        size = f"{picture.width} x {picture.height}"
        yield self._well("canary: picture", f"{name}, {size} as a tagger sees it")
        try:
            await self._library.write(self._ref, [_TAG], _note)
            yield self._well("canary: tag", f"{'/'.join(self._path)} was set, and stays")
            yield await self._search()
        finally:
            await self._library.write(self._ref, [], _note, Withdrawal((_TAG,)))
        left = await self._tidied()
        yield self._well("canary: tidied", f"{name} is as before{left}")

    async def _search(self) -> Finding:
        number = await self._number()
        found = await self._client.search.page(Query(tag=number)) if number else None
        if found is not None and any(one.id == self._photo.id for one in found.items):
            return self._well("canary: search", "Immich finds the photo by the tag")
        said = "Immich does not find the photo by its tag, though it shows it there"
        return Finding(self._account, "canary: search", "failed", said, 1)

    async def _tidied(self) -> str:
        """Delete the tag where the key may; return what is left of it."""
        number = await self._number()
        if number is None:
            return ""
        try:
            await self._client.tags.delete(number)
        except ImmichPermissionError:
            return "; Immich clears the empty tag away at night"
        return ""

    async def _number(self) -> str | None:
        tags = await self._client.tags.all()
        return next((tag.id for tag in tags if tag.path == self._path), None)

    def _well(self, what: str, said: str) -> Finding:
        return Finding(self._account, what, "ok", said)


async def _note(_: Receipt) -> None:
    """Note nothing: the tag is taken away again at once."""
