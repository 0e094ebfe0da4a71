"""The root of our tags in an account: it stays as it is for as long as any of them stand there."""

from __future__ import annotations

from tagwright.configuration import Configuration
from tagwright.errors import ConfigurationError
from tagwright.state import Lane, bars, cursors

_ROOT = "root"


async def check_root(
    configuration: Configuration, library: str, lane: Lane, *, dry_run: bool = False
) -> None:
    """Make sure that an account's tags are looked for where they were written.

    Else all of ours would seem to be deleted, and each would count as a rejection. To be called
    before anything is read from the library.

    Raises:
        ConfigurationError: the root is another one now, and tags stand below the one before.
    """
    root = configuration.immich.root
    kept = await lane(lambda c: cursors.find(c, library, _ROOT)) or ""
    if kept == root:
        return
    if await lane(lambda c: next(bars.absent(c, library, ()), None)) is not None:
        before, now = (f"{one!r}" if one else "none" for one in (kept, root))
        raise ConfigurationError(
            f"the root of our tags in {library} was {before}, and is {now} now.",
            cure="Set 'root' under [immich] as it was. To have another one, undo what was"
            " written ('tagwright undo'), change it, and tag again: no answer is paid twice.",
        )
    if not dry_run:
        await lane(lambda c: cursors.keep(c, library, _ROOT, root))
