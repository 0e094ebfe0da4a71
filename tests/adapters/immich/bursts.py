"""Many uploads that are tagged at once, and what that costs in requests."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from tests.adapters.loopback import Received

from tagwright.errors import TagwrightError
from tagwright.model import AssetRef, RenditionSpec, Tag
from tagwright.ports import Receipt
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.library import ImmichLibrary
from tagwright_adapters.immich.searching import Query

from .server import KEY, Asset, ImmichServer, Plan
from .shared_time import SharedTime

_VOCABULARY = [
    f"{top}/{leaf}" for top in ("Animals", "Places", "Things") for leaf in map(str, range(20))
]
_PER_ASSET = 12
_READY = 12  # assets at once before the write, as by a tagger that is asked about eight
_AGAIN = 5.0  # s
_TRIES = 20


@dataclass(frozen=True)
class Outcome:
    """What came of a burst."""

    requests: Mapping[str, float]  # per asset, by kind
    lost: int  # pairs of asset and tag that should be there
    strange: int  # pairs that should not be there
    failures: int  # writes that had to be tried again
    seconds: float  # of the server's time

    @property
    def total(self) -> float:
        """All requests per asset."""
        return sum(self.requests.values())


@dataclass(frozen=True)
class Lonely:
    """What came of uploads with nothing else going on."""

    requests: Mapping[str, float]  # per asset, by kind, those of the looks left out
    visible: Sequence[float]  # s from the model's answer until the tags show, sorted
    confirmed: Sequence[float]  # s until they were read back, sorted
    lost: int


class Uploads:
    """New assets of one account, each with tags that it is to get."""

    def __init__(self, server: ImmichServer, count: int, seed: int = 0) -> None:
        """Upload; nothing of it is ready yet."""
        chance = random.Random(seed)
        self._server = server
        self.wanted: dict[str, Sequence[str]] = {}
        self.assets: list[Asset] = []
        self.failures = 0
        self.answered = 0.0  # s, when the last answer of a model was there
        self._seen: set[str] = set()  # those whose pictures were looked at
        for number in range(count):
            asset = server.upload(f"{number}.jpg")
            self.assets.append(asset)
            self.wanted[asset.id] = chance.sample(_VOCABULARY, _PER_ASSET)

    async def tag(self, library: ImmichLibrary) -> None:
        """Have all tagged at once, those that fail again and again, as in a run."""
        self._ready = asyncio.Semaphore(_READY)
        self._writes = asyncio.Semaphore(library.writes_at_once)
        await asyncio.gather(*(self._until_done(library, asset) for asset in self.assets))

    async def _until_done(self, library: ImmichLibrary, asset: Asset) -> None:
        for _ in range(_TRIES):
            try:
                async with self._writes:
                    return await self._once(library, AssetRef(library.name, asset.id))
            except TagwrightError:
                self.failures += 1
                await asyncio.sleep(0)
        raise AssertionError(f"{asset.id} cannot be tagged")

    async def _once(self, library: ImmichLibrary, ref: AssetRef) -> None:
        async with self._ready:
            await library.content_key(ref)
            await library.facts(ref)
            if ref.reference not in self._seen:  # else the answer is known
                await library.rendition(ref, RenditionSpec())
                self._seen.add(ref.reference)
        self.answered = self._server.clock.now
        paths = [tuple(value.split("/")) for value in self.wanted[ref.reference]]
        await library.write(ref, [Tag(path[-1], path) for path in paths], _unheard)

    def compare(self) -> tuple[int, int]:
        """Return how many tags are missing, and how many are there that should not be."""
        lost = strange = 0
        for asset in self.assets:
            there, wanted = self._server.tags_of(asset), self.wanted[asset.id]
            assert len(there) == len(set(there))
            lost += len(set(wanted) - set(there))
            strange += len(set(there) - set(wanted))
        return lost, strange


async def burst(server: ImmichServer, count: int, plan: Plan | None = None) -> Outcome:
    """Upload many, look at them as a watcher does, and tag them; ``plan`` is what goes wrong."""
    time = SharedTime(server)
    uploads = Uploads(server, count)
    server.advance(1.0)
    library = ImmichLibrary(server.url, KEY, account="alice", patience=time.patience)
    client = ImmichClient(server.url, KEY)
    begun = time.now()
    async with time.going_on():
        await look(client, library)
        server.plan = plan or server.plan
        await uploads.tag(library)
    server.plan = lambda _: None
    seconds = time.now() - begun
    await library.aclose()
    await client.aclose()
    requests = by_kind(server.received, count)
    server.settle()
    return Outcome(requests, *uploads.compare(), uploads.failures, seconds)


async def one_by_one(server: ImmichServer, count: int) -> Lonely:
    """Tag uploads that come one a minute."""
    time = SharedTime(server)
    library = ImmichLibrary(server.url, KEY, account="alice", patience=time.patience)
    client = ImmichClient(server.url, KEY)
    requests: list[str] = []
    visible: list[float] = []
    confirmed: list[float] = []
    lost = 0
    async with time.going_on():
        for number in range(count):
            await time.sleep(60.0)
            uploads = Uploads(server, 1, seed=number)
            await time.sleep(1.0)
            await look(client, library)
            server.received.clear()
            given: list[float] = []
            server.plan = partial(_note_giving, time, given)
            await uploads.tag(library)
            requests += server.received
            visible.append(given[0] - uploads.answered)
            confirmed.append(time.now() - uploads.answered)
            lost += uploads.compare()[0]
    await library.aclose()
    await client.aclose()
    return Lonely(by_kind(requests, count), sorted(visible), sorted(confirmed), lost)


def _note_giving(time: SharedTime, given: list[float], received: Received) -> None:
    if received.path.endswith("/tags/assets"):
        given.append(time.now())


async def look(client: ImmichClient, library: ImmichLibrary) -> None:
    """Look for what is new, as a watcher does."""
    found = [one async for one in client.search.walk(Query(with_exif=True, with_people=True))]
    untagged = {one.id async for one in client.search.walk(Query(untagged=True))}
    library.seen(found, untagged)


def by_kind(targets: Sequence[str], count: int) -> Mapping[str, float]:
    """Return how many requests of each kind there were for each of ``count`` assets."""
    kinds = Counter(map(_kind, targets))
    return {kind: number / count for kind, number in sorted(kinds.items())}


def _kind(target: str) -> str:
    if target.endswith("/search/metadata"):
        return "search"
    if "/thumbnail" in target:
        return "preview"
    if target.endswith("/tags/assets"):
        return "give"
    return "tags" if target.endswith("/tags") else "asset"


async def _unheard(_: Receipt) -> None:
    """Take no note of what is intended."""
