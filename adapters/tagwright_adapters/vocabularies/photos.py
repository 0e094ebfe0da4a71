"""The keywords that stand in photos as a taxonomy: "learn my vocabulary"."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tagwright.errors import TagwrightError, TaxonomyError
from tagwright.model import AssetRef
from tagwright.taxonomy.problems import Problems
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.names import to_reference
from tagwright_adapters.files.targets import FileOptions
from tagwright_adapters.vocabularies.keywords import Keywords
from tagwright_adapters.vocabularies.vocabulary import Vocabulary

_SHOWN = 5

Progress = Callable[[int, int], object]
"""Is told how many photos are read, of how many."""


@dataclass(slots=True)
class _Seen:
    """What stands in the photos that were read."""

    paths: Counter[tuple[str, ...]] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)  # why, each


async def from_photos(
    folders: Sequence[Path],
    *,
    language: str = "en",
    at_least: int = 1,
    ours: bool = False,
    progress: Progress | None = None,
    options: FileOptions | None = None,
) -> Vocabulary:
    """Return the keywords in folders of photos, with how many photos carry each.

    Args:
        folders: Folders, with all below, or single photos.
        language: Of the labels; photos do not say it.
        at_least: Leave out keywords on fewer photos.
        ours: Take also what Tagwright wrote; else only what people wrote is learned.
        progress: Is told how far it is.
        options: How many photos are read at once.

    Raises:
        ConfigurationError: a folder is not there.
        MissingProgramError: exiftool is not installed.
        TaxonomyError: there are no keywords.
    """
    seen = _Seen()
    options = options or FileOptions()
    library = FileLibrary(folders, options, skipped=lambda path, why: _skip(seen, path, why))
    try:
        refs = await asyncio.to_thread(_references, library)
        await _read_all(library, refs, seen, ours=ours, workers=2 * options.workers, tell=progress)
    finally:
        await library.aclose()
    tree = Keywords(seen.paths).tree(at_least)
    _remark_failures(tree.problems, seen.failed, len(refs))
    name = " and ".join(to_reference(folder.resolve().name) for folder in folders[:2])
    imported = tree.build(name or "Photos", language)
    if not len(imported.taxonomy):
        message = f"there are no keywords on the photos ({len(refs):,})."
        if seen.failed:
            message += f" Some could not be read ({len(seen.failed):,}), such as {seen.failed[0]}"
        cure = "Name the folder whose photos you have tagged, or begin with the sample 'family'."
        raise TaxonomyError(message, cure=cure)
    return imported


def _references(library: FileLibrary) -> list[AssetRef]:
    return [
        AssetRef(library.name, listing.folder + entry.name)
        for listing in library.listings()
        for entry in listing.entries
    ]


async def _read_all(
    library: FileLibrary,
    refs: Sequence[AssetRef],
    seen: _Seen,
    *,
    ours: bool,
    workers: int,
    tell: Progress | None,
) -> None:
    waiting = iter(refs)
    done = 0

    async def work() -> None:
        nonlocal done
        for ref in waiting:  # shared: each photo goes to the worker that is free
            try:
                seen.paths.update(await _tags(library, ref, ours=ours))
            except TagwrightError as exc:
                if exc.stops_run:
                    raise
                seen.failed.append(str(exc))
            done += 1
            if tell is not None:
                tell(done, len(refs))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(work())
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None


async def _tags(library: FileLibrary, ref: AssetRef, *, ours: bool) -> set[tuple[str, ...]]:
    tags = set((await library.facts(ref)).tags)
    if tags and not ours:
        tags -= {note.tag.path for note in await library.provenance(ref)}
    return tags


def _skip(seen: _Seen, path: Path, why: str) -> None:
    seen.failed.append(f"{to_reference(path)}: {why}")


def _remark_failures(problems: Problems, failed: Sequence[str], photos: int) -> None:
    if failed:
        what = (
            f"{len(failed):,} of {photos:,} photos could not be read: {'; '.join(failed[:_SHOWN])}"
        )
        problems.warning(None, what.rstrip("."), "Their keywords are not among these.")
