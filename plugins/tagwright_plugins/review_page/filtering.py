"""Which suggestions a page shows, from its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

from tagwright.errors import ConfigurationError
from tagwright.review import Filter
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.naming import Names
from tagwright_plugins.cli.places import place

_FIELDS = ("facet", "concept", "min", "max", "tagger", "run", "folder", "from", "to")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter as the core takes it, and as people and addresses have it."""

    filter: Filter
    values: Mapping[str, str]  # as given, by name of the field; empty ones are left out

    @property
    def query(self) -> str:
        """The fields for an address."""
        return urlencode(self.values)

    def address(self, path: str, **more: object) -> str:
        """Return the address of a page under the same filter."""
        given = {name: str(value) for name, value in more.items() if value is not None}
        query = urlencode({**self.values, **given})
        return f"{path}?{query}" if query else path


def choose(given: Mapping[str, str], taxonomy: Taxonomy, under: tuple[str, ...] = ()) -> Chosen:
    """Read the fields of an address; what is not among them is not looked at.

    Args:
        given: The fields.
        taxonomy: Knows concepts by their names.
        under: Where no folder is given, only these folders and photos.

    Raises:
        ConfigurationError: one of them makes no sense.
    """
    values = {name: given[name].strip() for name in _FIELDS if given.get(name, "").strip()}
    names = Names(taxonomy)
    chosen = Filter(
        concept=names.concept(values["concept"]) if "concept" in values else None,
        facet=names.concept(values["facet"]) if "facet" in values else None,
        least=_share(values.get("min", "0")),
        most=_share(values.get("max", "1")),
        tagger=values.get("tagger"),
        run=values.get("run"),
        under=_under(values["folder"]) if "folder" in values else under,
        taken_from=_day(values.get("from")),
        taken_to=_day(values.get("to")),
    )
    return Chosen(chosen, values)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError as exc:
        raise ConfigurationError(f"{text!r} is no number.", cure="Give 0 to 1.") from exc
    if not 0.0 <= share <= 1.0:
        raise ConfigurationError(f"{text!r} is no confidence.", cure="Give 0 to 1.")
    return share


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as exc:
        raise ConfigurationError(f"{text!r} is no day.", cure="Write it as 2026-11-25.") from exc


def _under(folder: str) -> tuple[str, ...]:
    try:
        return (place(Path(folder)),)
    except (OSError, RuntimeError, ValueError) as exc:
        raise ConfigurationError(f"{folder!r} is no folder.", cure="Give its full path.") from exc
