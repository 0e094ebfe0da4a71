"""What ``tagwright history`` does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from tagwright import pictures
from tagwright.configuration import load
from tagwright.errors import AssetError
from tagwright.model import AssetRef
from tagwright.state import Database, photos
from tagwright.state.history import Event, Known, assets_of, events
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.names import to_path
from tagwright_plugins.cli.naming import Naming
from tagwright_plugins.cli.places import place
from tagwright_plugins.cli.wording import is_immich, many, printable

_LABELS = 8


def tell(photo: Path, *, as_json: bool, config: Path | None, state: Path | None) -> int:
    """Print what is on record and return the exit code.

    Raises:
        AssetError: nothing is.
    """
    configuration, _ = load(config, {"state": state})
    name = place(photo, follow=False)  # a link is listed under its own name
    path = to_path(name)
    key = pictures.content_key(path) if path.is_file() else None
    database = Database(configuration.state / "tagwright.db")
    try:
        with database.begin() as connection:
            ref = photos.find(connection, name) or AssetRef(FileLibrary.name, name)
            found = events(connection, _mine(assets_of(connection, ref, key), ref))
    finally:
        database.close()
    if not found:
        cure = "'tagwright tag' looks at photos; 'tagwright status' shows what was seen."
        raise AssetError("nothing is on record of it.", asset=name, cure=cure)
    if is_immich(ref) and not as_json:
        click.echo(Naming(configuration).text(ref))
    for event in found:
        click.echo(json.dumps(_plain(event), ensure_ascii=False) if as_json else _line(event))
    return 0


def _mine(same: Sequence[Known], ref: AssetRef) -> Sequence[Known]:
    """Leave out other files that are still there: copies. Those that are gone are earlier names."""
    if is_immich(ref):
        return same[:1]
    return [one for one in same if one.ref == ref or not to_path(str(one.ref)).exists()] or same[:1]


def _plain(event: Event) -> dict[str, object]:
    at = None if event.at is None else datetime.fromtimestamp(event.at, UTC)
    moment = at.isoformat(timespec="seconds").replace("+00:00", "Z") if at else None
    return {"at": moment, "kind": event.kind, "run": event.run, **event.details}


def described(event: Event) -> str:
    """Return an event's details in words; not fit for a terminal as they are."""
    return "; ".join(filter(None, _WORDS[event.kind](dict(event.details))))


def _line(event: Event) -> str:
    local = datetime.fromtimestamp(event.at or 0, UTC).astimezone()
    moment = f"{local:%Y-%m-%d %H:%M:%S}" if event.at else " " * 19
    text = described(event)
    run = f"  [{event.run}]" if event.run else ""
    return f"{moment}  {event.kind:<14}  {printable(text, 400)}{run}"


def _known_as(details: dict[str, Any]) -> Iterator[str]:
    yield details["path"]
    if details["status"] != "done":
        yield details["status"]


def _asked(details: dict[str, Any]) -> Iterator[str]:
    yield details["tagger"]
    yield details["outcome"] or "no answer (under way, or cut short)"
    cost = details["cost_usd"]
    yield "price not known" if cost is None else f"${cost:.4f}" if cost else ""


def _said(details: dict[str, Any]) -> Iterator[str]:
    yield f"{details['tagger']}: {details['outcome']}"
    labels = details["labels"]
    yield ", ".join(f"{label} {confidence:.2f}" for label, confidence in labels[:_LABELS])
    if len(labels) > _LABELS:
        yield f"and {many(len(labels) - _LABELS, 'other label')}"
    yield details["caption"] or ""
    yield details["error"] or ""


def _decided(details: dict[str, Any]) -> Iterator[str]:
    yield f"{details['concept']} {details['confidence']:.2f}: {details['decision']}"
    yield details["outcome"] or ""
    for why in details["why"][:1]:
        yield f"{why['tagger']} said {why['label']!r} ({why['match']})"
        yield why["note"]


def _wrote(details: dict[str, Any]) -> Iterator[str]:
    for sign, name in (("+", "added"), ("-", "withdrawn")):
        yield ", ".join(f"{sign}{'/'.join(path)}" for path in details[name])
    for sign, name in (("+", "set"), ("-", "unset")):
        yield ", ".join(f"{sign}{text}" for text in details[name])
    yield f"in {details['target']}"
    if not details["complete"]:
        yield "cut short, not settled yet"
    if details["undone_by"]:
        yield f"undone by {details['undone_by']}"


def _rejected(details: dict[str, Any]) -> Iterator[str]:
    yield details.get("concept") or f"{details['field']} {details['value']}"
    yield details["source"]


_WORDS: dict[str, Callable[[dict[str, Any]], Iterator[str]]] = {
    "known as": _known_as,
    "seen": lambda details: iter([f"by a run of kind {details['by']}"]),
    "asked": _asked,
    "said": _said,
    "decided": _decided,
    "wrote": _wrote,
    "undid": _wrote,
    "found": _wrote,
    "rejected": _rejected,
    "left to people": lambda details: iter(["/".join(details["path"])]),
    "failed": lambda details: iter([details["error"]]),
}
