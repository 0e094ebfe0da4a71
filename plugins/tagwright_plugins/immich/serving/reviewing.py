"""The review page, beside the daemons."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from tagwright.configuration import Configuration, secret
from tagwright.errors import ConfigurationError, TagwrightError
from tagwright.review import Followed
from tagwright.state import following
from tagwright_adapters.addresses import is_loopback
from tagwright_plugins.cli.assembly import State, make_taxonomy
from tagwright_plugins.cli.naming import Naming
from tagwright_plugins.review_page.access import Access, given_access
from tagwright_plugins.review_page.serving import Review, Sitting, shown, sitting
from tagwright_plugins.web.listening import NOWHERE, bound, parse

TOKEN = "REVIEW_TOKEN"  # noqa: S105 - the name of the secret, not its value
_SETTING = "immich.review"
_AGAIN = 60.0  # s until what could not be written is tried again
_log = logging.getLogger(__name__)

Reload = Callable[[Configuration], None]


@contextlib.asynccontextmanager
async def reviewing(
    configuration: Configuration,
    state: State,
    config: Path | None,
    grown: Callable[[], None],
    *,
    again: float = _AGAIN,
) -> AsyncIterator[Reload | None]:
    """Serve the page for as long as the block lasts; what is decided is written meanwhile.

    Args:
        configuration: Says where, and who may see it.
        state: The open database.
        config: The configuration file that was named.
        grown: Is called when somebody edited the vocabulary on the page.
        again: Seconds until what could not be written is tried again.

    Yields:
        What takes another configuration; None: nothing is served, also where the address is in use.

    Raises:
        ConfigurationError: it is no address, or others can reach it and there is no token.
        TaxonomyError: there is no taxonomy to review by.
    """
    listen = configuration.immich.review
    if listen == NOWHERE:
        yield None
        return
    host, port = parse(listen, _SETTING)
    listening = bound(host, port, "The review page is", _SETTING)
    if listening is None:
        yield None
        return
    with listening:
        access = _access(configuration, host)
        taxonomy = make_taxonomy(configuration)
        review = Review(configuration, state, taxonomy, config, access, _tell)
        async with sitting(review) as begun:
            begun.desk.grown = grown
            async with shown(begun.desk, listening, host) as url:
                _log.info("Review: %s", url)
                trying = asyncio.create_task(_try_again(begun, again))
                try:
                    yield lambda new: _reload(begun, new)
                finally:
                    trying.cancel()
            await begun.end(interrupted=False)


def _access(configuration: Configuration, host: str) -> Access | None:
    if is_loopback(host):
        return None
    if access := given_access(configuration.state, secret(TOKEN)):
        return access
    raise ConfigurationError(
        f"{_SETTING}: others can reach {configuration.immich.review}, and there is no token.",
        cure=f"Set TAGWRIGHT_{TOKEN} (or …_FILE), which the page asks for, or listen at 127.0.0.1.",
    )


def _reload(begun: Sitting, configuration: Configuration) -> None:
    """Go on with another configuration; one that cannot be used is told of by the daemons."""
    try:
        taxonomy = make_taxonomy(configuration)
    except TagwrightError:
        return
    begun.go_by(configuration, taxonomy)


async def _try_again(begun: Sitting, pause: float) -> None:
    while True:
        await asyncio.sleep(pause)
        with contextlib.suppress(TagwrightError):  # the daemons meet it, too
            if await begun.desk.state.lane(following.count):
                begun.try_again()


def _tell(one: Followed, naming: Naming) -> None:
    """Say in the log what became of a photo on which somebody decided."""
    if one.error is not None:
        _log.warning("[review] failed: %s", naming.error(one.ref, one.error))
        return
    come, gone = (one.receipt.written, one.receipt.withdrawn) if one.receipt else ((), ())
    tags = [f"+{'/'.join(tag.path)}" for tag in come]
    tags += [f"-{'/'.join(tag.path)}" for tag in gone]
    said = ", ".join(tags) or "nothing to write"
    _log.info("[review] %s: %s", naming.text(one.ref), said)
