"""Where ``taxonomy import`` finds vocabularies in photo tools: digiKam, Immich, photos."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tagwright.configuration import load, secret
from tagwright.errors import ConfigurationError

if TYPE_CHECKING:
    from tagwright_adapters.vocabularies.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """What a person may ask for besides the source."""

    language: str = "en"  # of the labels: none of these sources knows it
    at_least: int = 1  # photos that carry a keyword; only photos are counted
    ours: bool = False  # take also the keywords that Tagwright wrote
    progress: Callable[[int, int], object] | None = None  # photos read, of how many
    config: Path | None = None  # the file that names the accounts of Immich; None: the usual one


def _digikam(places: Sequence[str], options: SourceOptions) -> Vocabulary:
    from tagwright_adapters.vocabularies.digikam import from_digikam  # noqa: PLC0415 - lazy

    if len(places) > 1:
        message = "digikam: takes one database, folder or digikamrc."
        raise ConfigurationError(message, cure="Import the others into files of their own.")
    return from_digikam(Path(places[0]) if places else None, language=options.language)


def _immich(places: Sequence[str], options: SourceOptions) -> Vocabulary:
    """Read an account: by the address of its server, or by its name in the configuration."""
    from tagwright_plugins.immich.vocabulary import read_account  # noqa: PLC0415 - lazy

    if len(places) > 1:
        message = "immich: takes one address of a server, or the name of one account."
        raise ConfigurationError(message, cure="Import the others into files of their own.")
    account = places[0] if places and re.fullmatch(r"[a-z0-9-]+", places[0]) else None
    address = places[0] if places else secret("IMMICH_INSTANCE_URL")
    if address and not account:
        return _at(address, options)
    configuration, _ = load(options.config, {})
    return read_account(configuration, account, language=options.language)


def _at(address: str, options: SourceOptions) -> Vocabulary:
    from tagwright_adapters.immich.client import KEY, ImmichClient  # noqa: PLC0415 - lazy
    from tagwright_adapters.vocabularies.immich import from_immich  # noqa: PLC0415 - lazy

    async def run() -> Vocabulary:
        client = ImmichClient(address, secret(KEY) or "")
        try:
            return await from_immich(client, language=options.language)
        finally:
            await client.aclose()

    return asyncio.run(run())


def _photos(places: Sequence[str], options: SourceOptions) -> Vocabulary:
    from tagwright_adapters.vocabularies.photos import from_photos  # noqa: PLC0415 - lazy

    if not places:
        message = "photos: takes the folders to learn from."
        raise ConfigurationError(message, cure="Write them behind the colon: photos:~/Pictures.")
    return asyncio.run(
        from_photos(
            [Path(place).expanduser() for place in places],
            language=options.language,
            at_least=options.at_least,
            ours=options.ours,
            progress=options.progress,
        )
    )


HostSource = Callable[[Sequence[str], SourceOptions], "Vocabulary"]

HOST_SOURCES: dict[str, HostSource] = {
    "digikam": _digikam,
    "immich": _immich,
    "photos": _photos,
}
"""By the word before the colon: takes what stands behind it and the arguments that follow."""
