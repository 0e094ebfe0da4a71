"""What a model is told of a photo beside its picture: only the facts that the user allows.

They are sent as one JSON object, cleaned and bounded, so that no folder and no tag can pass for
anything but a value in it. Positions, serial numbers and file names are never among them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from typing import Literal, TypeAlias, get_args

from tagwright.model import Facts
from tagwright.privacy.people import names_people
from tagwright.taxonomy.labels import fold
from tagwright_adapters.basics.places import Gazetteer
from tagwright_adapters.llm.offer import shown

ContextField: TypeAlias = Literal["folders", "places", "date", "camera", "tags", "people"]
FIELDS: tuple[ContextField, ...] = get_args(ContextField)

_LONGEST = 60  # characters of one name
_MOST = {"folders": 6, "places": 6, "tags": 24, "people": 12}
_SURE = 0.7  # from which a place by GPS is told
_PLACES = (
    *("XMP:Location", "XMP:City", "XMP:State", "XMP:Country"),
    *("IPTC:Sub-location", "IPTC:City", "IPTC:Province-State"),
    "IPTC:Country-PrimaryLocationName",
)
_NOT_OF_PEOPLE = ("_digikam", "tagwright")  # roots of what programs note for themselves
_COORDINATE = re.compile(r"\d[.,]\d{3}|\d\s*[°º]|\bgeo:|\bgps\b", re.IGNORECASE)


class Disclosure:
    """The facts that one tagger sends, always the same of the same photo."""

    def __init__(self, fields: Collection[ContextField]) -> None:
        """``fields`` are those that the user allows; none: nothing is ever sent."""
        self.fields = tuple(field for field in FIELDS if field in fields)

    def text(self, facts: Facts) -> str:
        """Return the JSON object to send; empty where nothing is known or allowed."""
        found = self.facts(facts)
        return json.dumps(found, ensure_ascii=False) if found else ""

    def key(self, facts: Facts) -> str:
        """Return a hash of what is sent, so that nothing else makes a photo another question."""
        text = self.text(facts)
        return hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""

    def facts(self, facts: Facts) -> dict[str, object]:
        """Return what is sent, without fields that are empty."""
        makers: Mapping[ContextField, tuple[str, Callable[[Facts], object]]] = {
            "folders": ("folders", self._folders),
            "places": ("places", self._places),
            "date": ("taken", _taken),
            "camera": ("camera", _camera),
            "tags": ("tags", _tags),
            "people": ("people", _people),
        }
        made = ((makers[field][0], makers[field][1](facts)) for field in self.fields)
        return {name: value for name, value in made if value}

    def _folders(self, facts: Facts) -> list[str]:
        return _names(facts.folders)[-_MOST["folders"] :]  # the nearest say most

    def _places(self, facts: Facts) -> list[str]:
        """Names that the photo carries, else those of towns and countries around its position."""
        written = _names(str(facts.metadata.get(name, "")) for name in _PLACES)
        return (written or self._nearby(facts))[: _MOST["places"]]

    def _nearby(self, facts: Facts) -> list[str]:
        if self._gazetteer is None or facts.latitude is None or facts.longitude is None:
            return []
        near = self._gazetteer.observe(facts.latitude, facts.longitude)
        return _names(one.label.rpartition("/")[2] for one in near if one.confidence >= _SURE)

    @cached_property
    def _gazetteer(self) -> Gazetteer | None:
        return Gazetteer.find()


def _taken(facts: Facts) -> str:
    at = facts.taken_at
    return at.replace(tzinfo=None).isoformat(" ", "minutes") if at else ""


def _camera(facts: Facts) -> str:
    make, model = (_name(str(facts.metadata.get(f"EXIF:{one}", ""))) for one in ("Make", "Model"))
    return model if fold(model).startswith(fold(make)) else f"{make} {model}".strip()


def _tags(facts: Facts) -> list[str]:
    """Paths of tags, but for those that name people; sorted, as files keep them in any order."""
    paths = (path for path in facts.tags if path and not names_people(path))
    theirs = (path for path in paths if not path[0].lower().startswith(_NOT_OF_PEOPLE))
    return _names("/".join(path) for path in sorted(theirs))[: _MOST["tags"]]


def _people(facts: Facts) -> list[str]:
    leaves = (path[-1] for path in sorted(facts.tags) if len(path) > 1 and names_people(path))
    return _names(leaves)[: _MOST["people"]]


def _names(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, map(_name, texts))))


def _name(text: str) -> str:
    """Return a name fit for a prompt; empty if it holds a position on the globe."""
    name = shown(text, _LONGEST)
    return "" if _COORDINATE.search(name) else name
