"""Photos in plain folders as a photo library: tags are XMP in the photos or in sidecars."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from tagwright import pictures
from tagwright.errors import AssetError, MetadataError
from tagwright.model import AssetRef, Extra, Facts, Rendition, RenditionSpec, Tag
from tagwright.ports import NOTHING, Intend, Listing, Receipt, Recovered, Withdrawal
from tagwright_adapters.exiftool import Pool
from tagwright_adapters.files import jpeg, recovering, reverting, writing
from tagwright_adapters.files.changing import Change, Prepared, prepare
from tagwright_adapters.files.extras import HOLDS
from tagwright_adapters.files.facts import TAGS, facts
from tagwright_adapters.files.journal import Entry, load
from tagwright_adapters.files.names import resolved, to_path, to_reference
from tagwright_adapters.files.pairing import Pairs, of_pair
from tagwright_adapters.files.photo import Photo, photo_at
from tagwright_adapters.files.replacing import clean_leftovers
from tagwright_adapters.files.scan import scan
from tagwright_adapters.files.stamps import stamp
from tagwright_adapters.files.storage import storage_errors
from tagwright_adapters.files.targets import FileOptions
from tagwright_adapters.xmp.digikam import Path as TagPath
from tagwright_adapters.xmp.provenance import Note

logger = logging.getLogger(__name__)

_Result = TypeVar("_Result")
_REMEMBERED = 256  # looks kept between facts() and write()
_SMALL = 65_536  # bytes of XMP; larger ones are read again rather than kept


class FileLibrary:
    """Implements :class:`tagwright.ports.PhotoLibrary` for folders of files."""

    name = "files"
    holds = HOLDS

    def __init__(
        self,
        roots: Sequence[Path],
        options: FileOptions | None = None,
        *,
        skipped: Callable[[Path, str], None] | None = None,
        further: Callable[[Path], tuple[TagPath, ...]] | None = None,
    ) -> None:
        """Make the library of what lies below ``roots``.

        Args:
            roots: Folders and photos.
            options: How they are written.
            skipped: Is told what the scan has to leave out, and why; else the log is.
            further: Says which tags of people a photo has in a database alone. They are written
                beside ours whenever there are new ones, and are never ours.
        """
        self._given = tuple(roots)
        self._skipped = skipped or _say_skipped
        self._roots = tuple(map(resolved, roots))
        self._further = further
        self._options = options or FileOptions()
        workers = max(1, self._options.workers)
        self._pool = Pool(workers)
        self._pairs = Pairs(lambda path: self._kept(path).own, self._pool)
        # More than processes: while exiftool writes one file, others are verified and synced.
        self._writers = ThreadPoolExecutor(4 * workers, thread_name_prefix="files")
        self._readers = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="pictures")
        self._memory = _Memory()
        self._cleaned: set[Path] = set()

    def listings(self) -> Iterator[Listing]:
        """Yield the photos below the roots, and remove what killed runs left there; blocking."""
        return scan(self._given, self._skipped, clean_leftovers)

    async def content_key(self, ref: AssetRef) -> str:
        """Return the key of the picture itself, and of a second file of a shot the first one's."""
        return await self._in(self._readers, self._shown, ref, pictures.content_key)

    async def rendition(self, ref: AssetRef, spec: RenditionSpec) -> Rendition:
        """Return the small upright picture; of a second file of a shot, the first one's."""
        return await self._in(self._readers, self._shown, ref, partial(pictures.render, spec=spec))

    async def stands_back(self, ref: AssetRef) -> str | None:
        """Return why a file takes no tags, if another one of the same shot takes them for it."""
        if self._options.pairs != "primary":
            return None
        primary = await self._in(self._writers, self._pairs.primary_of, to_path(ref.reference))
        if primary is None:
            return None
        return f"{to_reference(primary.name)}, of the same shot, is tagged for it"

    async def facts(self, ref: AssetRef) -> Facts:
        """Return metadata and the tags that digiKam would show."""

        def work(path: Path) -> Facts:
            own = self._facts(path)
            primary = self._primary(path)
            return of_pair(own, self._facts(primary)) if primary else own

        return await self._with(ref, work)

    async def provenance(self, ref: AssetRef) -> tuple[Note, ...]:
        """Return what we noted beside our tags: in the sidecar if there is one."""

        def work(path: Path) -> tuple[Note, ...]:
            photo = self._look(path)
            return (photo.sidecar or photo.own).notes

        return await self._with(ref, work)

    async def recover(self, ref: AssetRef) -> Recovered:
        """Return what the notes in a photo and its sidecar say of our writes."""
        return await self._with(ref, lambda path: recovering.recovered(self._look(path)))

    async def note_rejected(self, ref: AssetRef, concepts: Sequence[str]) -> Receipt:
        """Note what people rejected in the photo and its sidecar; makes no sidecar."""

        def work(path: Path) -> Receipt:
            photo = self._look(path)
            prepared: list[Prepared] = []
            try:
                for change in recovering.noted(photo, concepts, self._options):
                    prepared.append(self._prepare(change, prepared))
                for one in prepared:
                    one.commit()
            finally:
                for one in prepared:
                    one.discard()
            size, modified = stamp(path)
            changes = tuple(field for one in prepared for field in one.change.shown())
            return Receipt((), (), changes, size=size, modified=modified)

        return await self._with(ref, work)

    async def plan(
        self,
        ref: AssetRef,
        tags: Sequence[Tag],
        withdraw: Withdrawal = NOTHING,
        extras: Sequence[Extra] = (),
    ) -> Receipt:
        """Say what :meth:`write` would change, touching nothing."""

        def work(path: Path) -> Receipt:
            photo = self._kept(path)
            planned = writing.work_out(photo, tags, self._options, withdraw, extras)
            return writing.receipt(planned, (), photo)

        return await self._with(ref, work)

    async def write(
        self,
        ref: AssetRef,
        tags: Sequence[Tag],
        intend: Intend,
        withdraw: Withdrawal = NOTHING,
        extras: Sequence[Extra] = (),
    ) -> Receipt:
        """Add tags, take ours back, keep everything else, read back."""
        prepared: list[Prepared] = []

        def prepare(path: Path) -> Receipt:
            photo = self._look(path)
            planned = writing.work_out(photo, tags, self._options, withdraw, extras)
            for change in planned.changes:
                prepared.append(self._prepare(change, prepared))
            return writing.receipt(planned, prepared, photo)

        def commit(_: Path) -> None:
            for one in prepared:
                one.commit()

        try:
            receipt = await self._with(ref, prepare)
            if receipt.records:
                await intend(receipt)
            if prepared:
                await self._with(ref, commit)
        finally:
            for one in prepared:
                one.discard()
        return receipt

    async def revert(
        self,
        ref: AssetRef,
        receipts: Sequence[Receipt],
        *,
        dry_run: bool,
        intend: Intend | None = None,
        begun: Sequence[Receipt] = (),
    ) -> Receipt:
        """Take back earlier writes, newest first; what people added since stays."""
        replaced = {extra for receipt in receipts for extra in receipt.taken}
        entries = [entry for receipt in receipts for entry in _standing(receipt, replaced)]
        ready: list[reverting.Ready] = []

        def prepare(path: Path) -> Receipt:
            photo = self._look(path)
            steps = reverting.work_out(photo, entries)
            for step in () if dry_run else steps:
                ready.append(self._ready(step, entries, ready))
            done = reverting.still(photo, begun, steps)
            return reverting.receipt(photo, receipts, steps, ready, done)

        def commit(_: Path) -> None:
            for one in ready:
                one.commit()

        try:
            receipt = await self._with(ref, prepare)
            if ready:
                if intend is not None:
                    await intend(receipt)
                await self._with(ref, commit)
        finally:
            for one in ready:
                one.discard()
        return receipt

    async def aclose(self) -> None:
        """Finish what is in hand and end the exiftool processes."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._writers.shutdown(cancel_futures=True)
        self._readers.shutdown(cancel_futures=True)
        self._pool.close()

    def _look(self, path: Path) -> Photo:
        photo = photo_at(self._pool, path, TAGS, self._memory.take(path))
        return replace(photo, further=self._further(path)) if self._further else photo

    def _facts(self, path: Path) -> Facts:
        return facts(self._kept(path), self._folders(path))

    def _kept(self, path: Path) -> Photo:
        photo = self._look(path)
        self._memory.keep(photo)
        return photo

    def _primary(self, path: Path) -> Path | None:
        return None if self._options.pairs == "apart" else self._pairs.primary_of(path)

    def _shown(self, ref: AssetRef, call: Callable[[Path], _Result]) -> _Result:
        """Work on the picture that stands for a photo; on its own one if that is of no use."""
        path = to_path(ref.reference)
        primary = self._primary(path)
        if primary is not None:
            with suppress(AssetError):
                return call(primary)
        return call(path)

    def _folders(self, path: Path) -> tuple[str, ...]:
        """Name the folders from the root down; what lies above it is nobody's business."""
        for root in self._roots:
            if path.parent.is_relative_to(root):
                return tuple(map(to_reference, (root.name, *path.parent.relative_to(root).parts)))
        return (to_reference(path.parent.name),)

    def _prepare(self, change: Change, earlier: Sequence[Prepared]) -> Prepared:
        """Prepare one file; a sidecar comes out newer than its photo, prepared earlier."""
        folder = change.target.file.parent
        if folder not in self._cleaned:
            self._cleaned.add(folder)
            clean_leftovers(folder)
        newest = max((one.temporary.stat().st_mtime_ns for one in earlier), default=0)
        return prepare(self._pool, change, _is_same_picture, newer_than=newest)

    def _ready(
        self, step: reverting.Step, entries: Sequence[Entry], ready: Sequence[reverting.Ready]
    ) -> reverting.Ready:
        if isinstance(step, reverting.Removal):
            return step
        earlier = [one for one in ready if isinstance(one, Prepared)]
        try:
            return self._prepare(step, earlier)
        except MetadataError:
            if step.exact is None or not (other := reverting.subtracted(step.target, entries)):
                raise
            return self._prepare(other, earlier)

    async def _with(self, ref: AssetRef, work: Callable[[Path], _Result]) -> _Result:
        path = to_path(ref.reference)

        def run() -> _Result:
            try:
                with storage_errors(path):
                    return work(path)
            except AssetError as exc:
                exc.asset = ref.reference
                raise

        return await asyncio.get_running_loop().run_in_executor(self._writers, run)

    async def _in(
        self, executor: ThreadPoolExecutor, call: Callable[..., _Result], *arguments: object
    ) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(executor, call, *arguments)


class _Memory:
    """Looks at photos from facts() that write() need not repeat while the files are unchanged."""

    def __init__(self) -> None:
        self._looks: OrderedDict[Path, Photo] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, photo: Photo) -> None:
        looks = filter(None, (photo.own, photo.sidecar))
        if sum(len(packet) for look in looks for packet in look.blocks.xmp) > _SMALL:
            return
        with self._lock:
            self._looks[photo.path] = photo
            if len(self._looks) > _REMEMBERED:
                self._looks.popitem(last=False)

    def take(self, path: Path) -> Photo | None:
        with self._lock:
            return self._looks.pop(path, None)


def _standing(receipt: Receipt, replaced: Set[Extra]) -> list[Entry]:
    """Return a receipt's entries without what has gone since: a person may own it now.

    What a later one of the receipts replaced comes back first, so it is still to go.
    """
    paths = {tag.path for tag in receipt.written}
    ours = {*receipt.given, *replaced}
    return [
        replace(
            entry,
            gains=tuple(gain for gain in entry.gains if gain.path in paths),
            swaps=tuple(
                swap
                for swap in entry.swaps
                if swap.after.text is None or Extra(swap.field, swap.after.text) in ours
            ),
        )
        for entry in load(receipt.before)
    ]


def _say_skipped(path: Path, reason: str) -> None:
    logger.warning("%s: skipped: %s", to_reference(path), reason)


def _is_same_picture(one: Path, other: Path) -> bool:
    return jpeg.same_picture(one, other) or pictures.content_key(one) == pictures.content_key(other)
