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
from tagwright.ports import PhotoAccess
from tagwright.state import Database, Lane, photos, sendings
from tagwright.state.sendings import Filter, Sending
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.names import to_path
from tagwright_plugins.cli import wording
from tagwright_plugins.cli.assembly import open_state
from tagwright_plugins.cli.libraries import make_libraries
from tagwright_plugins.cli.naming import Naming
from tagwright_plugins.cli.places import place
from tagwright_plugins.cli.wording import is_immich, printable

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
    naming = Naming(configuration)
    under = tuple(place(path, follow=False) for path in paths)
    if options.verify:
        return _verify(under, options, configuration)
    which = Filter(under, options.since, options.host.lower())
    pictures: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    for one in _read(configuration, which):
        _show(one, naming, as_json=options.as_json)
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


def _show(one: Sending, naming: Naming, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_plain(one, naming), ensure_ascii=False))
        return
    host = printable(one.host) or "a host that the tagger does not name"
    click.echo(f"{_when(one)}  {host}  {printable(one.tagger)}  run {one.run_id}")
    unasked = ", though no request was counted" if one.outcome and not one.requests else ""
    click.echo(f"  {naming.text(one.ref)}: {_OUTCOMES.get(one.outcome, one.outcome)}{unasked}")
    click.echo(f"  picture of {one.size:,} bytes, SHA-256 {one.digest}")
    beside = ", ".join(
        f"{name} {json.dumps(value, ensure_ascii=False)}" for name, value in one.facts.items()
    )
    click.echo(f"  beside it: {printable(beside, 1_000) or 'nothing'}")


def _plain(one: Sending, naming: Naming) -> dict[str, object]:
    return {
        "at": datetime.fromtimestamp(one.at).astimezone().isoformat(timespec="seconds"),
        "host": one.host,
        **naming.plain(one.ref),
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


def _verify(under: Sequence[str], options: SentOptions, configuration: Configuration) -> int:
    refs = _photos(under, configuration)
    if not refs:
        msg = "--verify needs photos that are there."
        raise ConfigurationError(msg, cure="Name them: tagwright sent --verify PHOTO.")
    with open_state(configuration) as state:
        return asyncio.run(_verify_all(refs, options, configuration, state.lane))


def _photos(under: Sequence[str], configuration: Configuration) -> list[AssetRef]:
    """Return the photos that are named; none if one of them is not there."""
    database = Database(configuration.state / "tagwright.db")
    try:
        with database.begin() as connection:
            known = [photos.find(connection, one) for one in under]
    finally:
        database.close()
    pairs = zip(under, known, strict=True)
    refs = [ref or AssetRef(FileLibrary.name, one) for one, ref in pairs]
    there = all(is_immich(one) or to_path(one.reference).is_file() for one in refs)
    return refs if there else []


async def _verify_all(
    refs: Sequence[AssetRef], options: SentOptions, configuration: Configuration, lane: Lane
) -> int:
    naming, libraries = Naming(configuration), make_libraries(configuration, lane)
    code = 0
    try:
        for ref in refs:
            key = await libraries.content_key(ref)
            which = Filter((ref.reference,), options.since, options.host.lower(), key)
            found = list(_read(configuration, which))
            verdicts = [(one, await _verdict(libraries, ref, key, one)) for one in found]
            code |= _tell(ref, verdicts, naming, as_json=options.as_json)
    finally:
        await libraries.aclose()
    return code


async def _verdict(access: PhotoAccess, ref: AssetRef, key: str, one: Sending) -> str:
    """Say how a picture made now compares to the one that was sent."""
    if one.content_key != key:
        return "changed"
    return "equal" if await _digest(access, ref, one.spec) == one.digest else "different"


async def _digest(access: PhotoAccess, ref: AssetRef, spec: RenditionSpec) -> str:
    return hashlib.sha256((await access.rendition(ref, spec)).data).hexdigest()


_VERDICTS = {
    "equal": "the picture made now is the one that was sent, bit for bit",
    "changed": "the photo's picture has changed since, so this cannot be proved",
    "different": "the picture made now is another one: the programs that make it have changed",
}


def _tell(
    ref: AssetRef, verdicts: Sequence[tuple[Sending, str]], naming: Naming, *, as_json: bool
) -> int:
    for one, verdict in verdicts:
        if as_json:
            click.echo(json.dumps({**_plain(one, naming), "verdict": verdict}, ensure_ascii=False))
        else:
            _show(one, naming, as_json=False)
            click.echo(f"  {_VERDICTS[verdict]}")
    if not verdicts and not as_json:
        click.echo(f"{naming.text(ref)}: never sent anywhere.")
    return int(any(verdict != "equal" for _, verdict in verdicts))
