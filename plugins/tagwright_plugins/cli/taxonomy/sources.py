"""Where ``taxonomy import`` finds vocabularies in photo tools: digiKam, Immich, photos."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tagwright.configuration import secret
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


def _digikam(places: Sequence[str], options: SourceOptions) -> Vocabulary:
    from tagwright_adapters.vocabularies.digikam import from_digikam  # noqa: PLC0415 - lazy

    if len(places) > 1:
        message = "digikam: takes one database, folder or digikamrc."
        raise ConfigurationError(message, cure="Import the others into files of their own.")
    return from_digikam(Path(places[0]) if places else None, language=options.language)


def _immich(places: Sequence[str], options: SourceOptions) -> Vocabulary:
    from tagwright_adapters.immich.client import KEY, ImmichClient  # noqa: PLC0415 - lazy
    from tagwright_adapters.vocabularies.immich import from_immich  # noqa: PLC0415 - lazy

    address = places[0] if places else secret("IMMICH_INSTANCE_URL")
    if address is None or len(places) > 1:
        message = "immich: takes one address of a server."
        cure = "Write it behind the colon, or set IMMICH_INSTANCE_URL: http://192.168.1.20:2283."
        raise ConfigurationError(message, cure=cure)

    async def run(address: str) -> Vocabulary:
        client = ImmichClient(address, secret(KEY) or "")
        try:
            return await from_immich(client, language=options.language)
        finally:
            await client.aclose()

    return asyncio.run(run(address))


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
