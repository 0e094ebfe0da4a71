"""The labels and the answers that people expect of them, read from the files beside this one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from tagwright.model import Kind, Observation
from tagwright.taxonomy import Taxonomy, load_taxonomy
from tagwright.taxonomy.samples import sample

HERE = Path(__file__).parent
TAXONOMIES = ("family", "iptc")
CONFIDENCE = 0.95  # of every observation: sure, so that only the mapping decides

SAMPLED: Mapping[tuple[str, str], tuple[str, int]] = {
    ("family", "imagenet"): ("imagenet-1k", 7),
    ("family", "open-images"): ("open-images-601", 5),
    ("family", "coco"): ("coco-80", 1),
    ("family", "kinetics"): ("kinetics-400", 5),
    ("family", "places"): ("places-365", 6),
    ("iptc", "imagenet"): ("imagenet-1k", 14),
    ("iptc", "open-images"): ("open-images-601", 10),
    ("iptc", "coco"): ("coco-80", 1),
    ("iptc", "kinetics"): ("kinetics-400", 5),
    ("iptc", "places"): ("places-365", 6),
}
"""Taxonomy and list: the vocabulary it is of, and every how many labels one was taken."""

_NOTHING = "-"
_AMBIGUOUS = "? "
_COLUMNS = "label\tkind\tlanguage\tanswer\talso\twhy"
_SALT = "held out:"


class Key(NamedTuple):
    """All that a matcher sees of a label; equal ones have equal answers."""

    label: str
    kind: Kind
    language: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """A label and what it may become. Concepts are identifiers of the taxonomy."""

    where: str  # "imagenet.tsv:17"
    label: str
    kind: Kind
    language: str | None
    wanted: frozenset[str]  # each is right; of an ambiguous one for review only; empty: nothing is
    also: frozenset[str]  # second best: named in the file, or broader than what is wanted
    ambiguous: bool = False
    why: str = ""

    @property
    def key(self) -> Key:
        """What a matcher sees, in lower case."""
        return Key(self.label.casefold(), self.kind, self.language)

    @property
    def observation(self) -> Observation:
        """The label as a service says it."""
        return Observation(self.label, CONFIDENCE, kind=self.kind, language=self.language)

    @property
    def held_out(self) -> bool:
        """Whether failures stay unnamed, so that nobody tunes to them."""
        return held_out(self.label)


@dataclass(frozen=True, slots=True)
class Photo:
    """Several labels of one photo: what the ambiguous ones mean there."""

    name: str
    observations: tuple[Observation, ...]
    means: Mapping[str, str]  # label: concept that the others make clear
    also: frozenset[str]  # concepts that may be applied besides

    @property
    def held_out(self) -> bool:
        """As of a single label."""
        return held_out(self.name)


class _Entry(BaseModel):
    """A photo as it stands in its file."""

    model_config = ConfigDict(extra="forbid")
    photo: str
    says: list[str]
    means: dict[str, str] = {}
    also: list[str] = []


def held_out(label: str) -> bool:
    """Whether a label is in the half whose failures are not shown; the same on every machine."""
    return hashlib.sha256((_SALT + label.casefold()).encode()).digest()[0] % 2 == 1


def vocabulary(name: str) -> list[str]:
    """Return all labels of a published list."""
    text = (HERE / "vocabularies" / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


class Expected:
    """The answers for one taxonomy. Raises ValueError for a mistake in the files."""

    def __init__(self, name: str) -> None:
        self.name = name
        path = HERE / "taxonomies" / f"{name}.yaml"
        self.taxonomy: Taxonomy = load_taxonomy(path) if path.exists() else sample(name)
        self._folder = HERE / "expected" / name

    @cached_property
    def lists(self) -> dict[str, list[Case]]:
        """Cases by the list that they are of."""
        return {path.stem: list(self._read(path)) for path in sorted(self._folder.glob("*.tsv"))}

    @cached_property
    def photos(self) -> list[Photo]:
        """Photos with several labels."""
        entries = yaml.safe_load((self._folder / "photos.yaml").read_text(encoding="utf-8"))
        return [self._photo(entry) for entry in TypeAdapter(list[_Entry]).validate_python(entries)]

    @cached_property
    def _ids(self) -> dict[str, str]:
        return {self.taxonomy.label(one.id): one.id for one in self.taxonomy}

    def _read(self, path: Path) -> Iterator[Case]:
        head, *lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
        if head != _COLUMNS:
            msg = f"{path.name} does not begin with the columns {_COLUMNS!r}"
            raise ValueError(msg)
        for number, line in enumerate(lines, start=2):
            yield self._case(f"{path.name}:{number}", line)

    def _case(self, where: str, line: str) -> Case:
        label, kind, language, answer, also, why = (line.split("\t") + [""] * 5)[:6]
        ambiguous = answer.startswith(_AMBIGUOUS)
        wanted = self._concepts(answer.removeprefix(_AMBIGUOUS), where)
        return Case(
            where,
            json.loads(label) if label.startswith('"') else label,
            Kind(kind),
            None if language == _NOTHING else language,
            wanted,
            self._concepts(also, where) | (frozenset() if ambiguous else self._broader(wanted)),
            ambiguous,
            why,
        )

    def _broader(self, concepts: Iterable[str]) -> frozenset[str]:
        above = {broader for one in concepts for broader in self.taxonomy.ancestors(one)}
        return frozenset(one for one in above if not self.taxonomy[one].group)

    def _concepts(self, labels: str, where: str) -> frozenset[str]:
        some = [] if labels in {"", _NOTHING} else labels.split(" | ")
        return frozenset(self._concept(label, where) for label in some)

    def _concept(self, label: str, where: str) -> str:
        if label not in self._ids:
            msg = f"{self.name}/{where}: the taxonomy has no concept {label!r}"
            raise ValueError(msg)
        return self._ids[label]

    def _photo(self, entry: _Entry) -> Photo:
        return Photo(
            entry.photo,
            tuple(_said(text) for text in entry.says),
            {label: self._concept(one, entry.photo) for label, one in entry.means.items()},
            frozenset(self._concept(one, entry.photo) for one in entry.also),
        )


def _said(text: str) -> Observation:
    label, _, kind = text.partition(" @")
    return Observation(label, CONFIDENCE, kind=Kind(kind or "other"), language="en")
