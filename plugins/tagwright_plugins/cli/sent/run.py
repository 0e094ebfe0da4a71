"""What ``tagwright sent`` does."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from tagwright.configuration import Configuration, load
from tagwright.errors import ConfigurationError
from tagwright.model import AssetRef, RenditionSpec
from tagwright.state import Database, sendings
from tagwright.state.sendings import Filter, Sending
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.names import resolved_file, to_reference
from tagwright_plugins.cli import wording
from tagwright_plugins.cli.assembly import make_library
from tagwright_plugins.cli.wording import printable

_LIBRARY = "files"
_OUTCOMES = {
    "answered": "answered",
    "refused": "refused",
    "permanent": "no usable answer",
    "transient": "no answer; it may have arrived",
    "budget": "no credit left",
    "": "under way or cut short; it may have arrived",
}


@dataclass(frozen=True, slots=True)
class SentOptions:
    """The options of the command, as click gives them."""

    since: float  # s since the epoch
    host: str
    verify: bool
    as_json: bool
    config: Path | None
    state: Path | None


def run(paths: Sequence[Path], options: SentOptions) -> int:
    """List or verify, and return the exit code."""
    configuration, _ = load(options.config, {"state": options.state})
    places = [resolved_file(path.expanduser()) for path in paths]
    if options.verify:
        return _verify(places, options, configuration)
    under = tuple(map(to_reference, places))
    which = Filter(_LIBRARY if under else "", under, options.since, options.host.lower())
    pictures: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    for one in _read(configuration, which):
        _show(one, as_json=options.as_json)
        pictures[one.host] += (one.host, one.digest) not in seen
        seen.add((one.host, one.digest))
    if not options.as_json:
        click.echo(wording.sent(pictures) if pictures else "No picture was sent anywhere.")
    return 0


def _read(configuration: Configuration, which: Filter) -> Iterator[Sending]:
    database = Database(configuration.state / "tagwright.db")
    try:
        last = 0
        while True:
            with database.begin() as connection:
                found = sendings.batch(connection, which, after=last)
            if not found:
                return
            last = found[-1][0]
            yield from (one for _, one in found)
    finally:
        database.close()


def _show(one: Sending, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_plain(one), ensure_ascii=False))
        return
    host = printable(one.host) or "a host that the tagger does not name"
    click.echo(f"{_when(one)}  {host}  {printable(one.tagger)}  run {one.run_id}")
    unasked = ", though no request was counted" if one.outcome and not one.requests else ""
    click.echo(f"  {one.ref}: {_OUTCOMES.get(one.outcome, one.outcome)}{unasked}")
    click.echo(f"  picture of {one.size:,} bytes, SHA-256 {one.digest}")
    beside = ", ".join(
        f"{name} {json.dumps(value, ensure_ascii=False)}" for name, value in one.facts.items()
    )
    click.echo(f"  beside it: {printable(beside, 1_000) or 'nothing'}")


def _plain(one: Sending) -> dict[str, object]:
    return {
        "at": datetime.fromtimestamp(one.at).astimezone().isoformat(timespec="seconds"),
        "host": one.host,
        "path": one.ref.reference,
        "sha256": one.digest,
        "bytes": one.size,
        "facts": dict(one.facts),
        "tagger": one.tagger,
        "run": one.run_id,
        "outcome": one.outcome or None,
        "requests": one.requests,
        "rendition": {"long_edge": one.spec.long_edge, "quality": one.spec.quality},
    }


def _when(one: Sending) -> str:
    return datetime.fromtimestamp(one.at).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _verify(places: Sequence[Path], options: SentOptions, configuration: Configuration) -> int:
    if not places or not all(path.is_file() for path in places):
        msg = "--verify needs photos that are there."
        raise ConfigurationError(msg, cure="Name them: tagwright sent --verify PHOTO.")
    return asyncio.run(_verify_all(places, options, configuration))


async def _verify_all(
    places: Sequence[Path], options: SentOptions, configuration: Configuration
) -> int:
    library = make_library(configuration, places)
    code = 0
    try:
        for path in places:
            ref = AssetRef(_LIBRARY, to_reference(path))
            key = await library.content_key(ref)
            which = Filter(_LIBRARY, (ref.reference,), options.since, options.host.lower(), key)
            found = list(_read(configuration, which))
            verdicts = [(one, await _verdict(library, ref, key, one)) for one in found]
            code |= _tell(ref, verdicts, as_json=options.as_json)
    finally:
        await library.aclose()
    return code


async def _verdict(library: FileLibrary, ref: AssetRef, key: str, one: Sending) -> str:
    """Say how a picture made now compares to the one that was sent."""
    if one.content_key != key:
        return "changed"
    return "equal" if await _digest(library, ref, one.spec) == one.digest else "different"


async def _digest(library: FileLibrary, ref: AssetRef, spec: RenditionSpec) -> str:
    return hashlib.sha256((await library.rendition(ref, spec)).data).hexdigest()


_VERDICTS = {
    "equal": "the picture made now is the one that was sent, bit for bit",
    "changed": "the photo's picture has changed since, so this cannot be proved",
    "different": "the picture made now is another one: the programs that make it have changed",
}


def _tell(ref: AssetRef, verdicts: Sequence[tuple[Sending, str]], *, as_json: bool) -> int:
    for one, verdict in verdicts:
        if as_json:
            click.echo(json.dumps({**_plain(one), "verdict": verdict}, ensure_ascii=False))
        else:
            _show(one, as_json=False)
            click.echo(f"  {_VERDICTS[verdict]}")
    if not verdicts and not as_json:
        click.echo(f"{ref}: never sent anywhere.")
    return int(any(verdict != "equal" for _, verdict in verdicts))
