"""One photo that shows whether everything works, from the key to a tag that can be searched for."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack

from tagwright.configuration import Configuration
from tagwright.configuration.binding import make_policy
from tagwright.configuration.immich import AccountSection
from tagwright.errors import TagwrightError, VanishedError
from tagwright.model import AssetRef, RenditionSpec, Tag
from tagwright.pipeline.judging import Judge
from tagwright.ports import Receipt, Withdrawal
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichPermissionError, ImmichReadOnlyError
from tagwright_adapters.immich.library import ImmichLibrary
from tagwright_adapters.immich.models import Asset
from tagwright_adapters.immich.ownership import Ownership
from tagwright_adapters.immich.searching import Query
from tagwright_plugins.cli.assembly import make_taxonomy
from tagwright_plugins.cli.wording import many, printable
from tagwright_plugins.immich.accounts import make_client, make_library, settings_of
from tagwright_plugins.immich.checking.findings import Finding

_TAG = Tag("tagwright-canary", ("Tagwright", "Canary"), 1.0, "doctor", "doctor")
_FEW = 50  # of the newest photos, among which one that will do is looked for
_LONGEST = 100


async def prove(configuration: Configuration, account: AccountSection) -> AsyncIterator[Finding]:
    """Yield step by step how a tag comes to a photo, is found by it, and goes again.

    It is the newest that may be written to. The photo is as before afterwards, whatever went wrong
    on the way.
    """
    async with AsyncExitStack() as stack:
        try:
            library = make_library(configuration, account)
            stack.push_async_callback(library.aclose)
            client = make_client(configuration, account)
            stack.push_async_callback(client.aclose)
            judge = _judge(settings_of(configuration, account))
            async for finding in _Search(account.name, client, library, judge).steps():
                yield finding
        except TagwrightError as exc:
            yield Finding(account.name, "canary", "failed", str(exc), exc.exit_code)


def _judge(here: Configuration) -> Judge | None:
    """Return who knows which photos rules leave alone; None: none do."""
    if not any(rule.then.leave_alone for rule in here.rule):
        return None
    taxonomy = make_taxonomy(here)
    return Judge(taxonomy, make_policy(here, taxonomy))


class _Search:
    """Goes from photo to photo until one will do."""

    def __init__(
        self, account: str, client: ImmichClient, library: ImmichLibrary, judge: Judge | None
    ) -> None:
        self._account = account
        self._client = client
        self._library = library
        self._judge = judge
        self._passed: Counter[str] = Counter()  # over, by why
        self._read_only: dict[str, ImmichReadOnlyError] = {}  # by the library

    async def steps(self) -> AsyncIterator[Finding]:
        for photo in await self._newest():
            if (why := await self._why_not(photo)) is not None:
                self._passed[why] += 1
                continue
            if self._passed:
                yield self._note(f"passed over: {self._reasons()}")
            self._passed.clear()
            proof = _Proof(self._account, self._client, self._library, photo)
            try:
                async for finding in proof.steps():
                    yield finding
            except ImmichReadOnlyError as exc:
                self._read_only[photo.library_id or ""] = exc
                yield self._note(f"{exc} Another photo is tried.")
            else:
                return
        yield self._none_will_do()

    async def _newest(self) -> Sequence[Asset]:
        """Return the newest photos, those of external libraries last: they may be read-only."""
        ownership = Ownership(self._client.account)
        page = await self._client.search.page(Query(visibility="timeline"), size=_FEW)
        mine = [one for one in page.items if await ownership.is_own(one)]
        return sorted(mine, key=lambda one: one.library_id is not None)

    async def _why_not(self, photo: Asset) -> str | None:
        if photo.thumbhash is None:
            return "it has no preview yet"
        if photo.is_offline:
            return "it is offline"
        if photo.library_id in self._read_only:
            return "its external library is read-only"
        ref = AssetRef(self._library.name, photo.id)
        try:
            return await self._library.stands_back(ref) or await self._ruled_out(ref)
        except VanishedError:
            return "it is not there any more"

    async def _ruled_out(self, ref: AssetRef) -> str | None:
        if self._judge is None:
            return None
        firing = self._judge.judge((), await self._library.facts(ref), ()).left_alone
        return f"the rule {firing.rule!r} leaves it alone" if firing else None

    def _none_will_do(self) -> Finding:
        if self._read_only:
            error = next(iter(self._read_only.values()))
            return Finding(self._account, "canary", "failed", str(error), error.exit_code)
        if not self._passed:
            return self._note("the account has no photo of its own yet: upload one, and look again")
        return self._note(
            f"nothing was proved, as no photo among the newest will do ({self._reasons()}):"
            " upload another, and look again"
        )

    def _reasons(self) -> str:
        return "; ".join(f"{many(n, 'photo')}: {why}" for why, n in self._passed.items())

    def _note(self, said: str) -> Finding:
        return Finding(self._account, "canary", "note", said)


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
            yield self._well("canary: tag", f"{'/'.join(self._path)} was set, and stayed")
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
