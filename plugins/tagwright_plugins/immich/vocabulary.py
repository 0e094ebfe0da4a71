"""The tags of an account as the vocabulary."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from tagwright.configuration import Configuration, load
from tagwright_adapters.vocabularies.immich import from_immich
from tagwright_adapters.vocabularies.vocabulary import Vocabulary
from tagwright_plugins.immich.accounts import account_of, make_client, options_of


def read_account(
    configuration: Configuration | None, account: str | None, *, language: str
) -> Vocabulary:
    """Return the tags of an account, without those that are ours; blocking.

    Args:
        configuration: Names the accounts; None: the one that is found.
        account: Its name; None: the only one.
        language: Of the tags' names.

    Raises:
        TagwrightError: they cannot be read, or there are none.
    """
    named = configuration or load(None, {})[0]
    client = make_client(named, account_of(named, account))

    async def read() -> Vocabulary:
        try:
            without = options_of(named).is_bookkeeping
            return await from_immich(client, language=language, without=without)
        finally:
            await client.aclose()

    # In a thread of its own, as it is called from where an event loop runs, too.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(read())).result()
