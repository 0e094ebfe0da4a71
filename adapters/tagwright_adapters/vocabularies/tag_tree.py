"""Tags with their paths, as photo tools have them, made into a taxonomy.

Tags that are the same to a reader ("Beach", "beach") become one concept, spelt as most photos
have it: a taxonomy, which matches without regard to case, could not tell them apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass, field

from tagwright.errors import TaxonomyError
from tagwright.taxonomy import Concept, Taxonomy
from tagwright.taxonomy.building import default_id
from tagwright.taxonomy.drafting import MOST
from tagwright.taxonomy.labels import LONGEST, fold
from tagwright.taxonomy.nodes import DEEPEST
from tagwright.taxonomy.problems import Problems
from tagwright_adapters.vocabularies.naming import mended, reason, shown, shown_path
from tagwright_adapters.vocabularies.vocabulary import Vocabulary

BOOKKEEPING = "Tagwright"
"""The top tag under which Tagwright keeps tags of its own; never part of a vocabulary."""


@dataclass(slots=True, eq=False)
class Node:
    """Tags under one broader tag that are the same to a reader."""

    spellings: Counter[str] = field(default_factory=Counter)  # name to uses, with those below
    ids: list[str] = field(default_factory=list)
    photos: int = 0  # that carry it itself
    below: dict[str, Node] = field(default_factory=dict)  # by folded label

    @property
    def name(self) -> str:
        """The spelling that most photos have; of several, the one that came first."""
        return self.spellings.most_common(1)[0][0]

    @property
    def label(self) -> str:
        """The name as a label."""
        label = mended(self.name)
        assert label is not None
        return label

    def kept(self, at_least: int) -> bool:
        """Drop what is below on fewer photos; say whether anything of this is left."""
        self.below = {key: node for key, node in self.below.items() if node.kept(at_least)}
        return self.photos >= at_least or bool(self.below)


class TagTree:
    """Collects tags from one source."""

    def __init__(self, source: str) -> None:
        """``source`` is what messages call it: "digiKam"."""
        self.source = source
        self.problems = Problems(source)
        self._root = Node()

    def add(self, path: tuple[str, ...], photos: int = 0, concept_id: str = "") -> None:
        """Add a tag.

        Args:
            path: Names from the top to the tag.
            photos: How many photos carry it, if that is known.
            concept_id: The identifier of its concept; without one it is made of labels.
        """
        if not path or fold(path[0]) == fold(BOOKKEEPING) or not self._possible(path):
            return
        node = self._root
        for name in path:
            node = node.below.setdefault(fold(mended(name) or ""), Node())
            node.spellings[name] += photos
        node.photos += photos
        if concept_id:
            node.ids.append(concept_id)

    def walk(self) -> Iterator[tuple[tuple[str, ...], Node]]:
        """Yield nodes with their labels from the top, broader ones first, by the alphabet."""
        waiting: list[tuple[tuple[str, ...], Node]] = [((), self._root)]
        while waiting:
            path, node = waiting.pop()
            if path:
                yield path, node
            below = sorted(node.below.items(), reverse=True)
            waiting += [((*path, one.label), one) for _, one in below]

    def keep(self, at_least: int) -> None:
        """Drop tags on fewer photos than this, unless others hang below them."""
        before = sum(1 for _ in self.walk())
        self._root.kept(at_least)
        if dropped := before - sum(1 for _ in self.walk()):
            few = f"what is on fewer than {at_least} photos is left out"
            what = f"{few}: {dropped:,} of {before:,} tags"
            self.problems.warning(None, what, "Ask for fewer photos to have them all.")

    def build(self, name: str, language: str) -> Vocabulary:
        """Return the taxonomy, siblings in the order of the alphabet.

        Raises:
            TaxonomyError: there are too many tags.
        """
        concepts: list[Concept] = []
        photos: dict[str, int] = {}
        taken: dict[tuple[str, ...], str] = {}
        for path, node in self.walk():
            parent = taken.get(path[:-1])
            wanted = node.ids[0] if node.ids else default_id(node.label, parent)
            concept_id = _unique(wanted, photos)
            photos[concept_id] = node.photos
            taken[path] = concept_id
            broader = () if parent is None else (parent,)
            concepts.append(Concept(concept_id, {language: node.label}, broader=broader))
            self._remark(node)
            if len(concepts) > MOST:
                message = f"{self.source} has more than {MOST:,} tags."
                raise TaxonomyError(message, cure="A taxonomy cannot hold so many.")
        taxonomy = Taxonomy(name, language, concepts)
        return Vocabulary(taxonomy, tuple(self.problems.found), photos)

    def _possible(self, path: tuple[str, ...]) -> bool:
        if len(path) > DEEPEST:
            what = f"the tag {shown_path(path)} is left out: it is more than {DEEPEST} levels deep"
            self.problems.warning(None, what, "Move it up.")
            return False
        for name in path:
            if mended(name) is None:
                what = f"the tag {shown_path(path)} is left out: {shown(name)} {reason(name)}"
                self.problems.warning(None, what, f"Rename it in {self.source}, and import again.")
                return False
        return True

    def _remark(self, node: Node) -> None:
        label = node.label
        if len(node.spellings) > 1:
            many = ", ".join(_used(name, uses) for name, uses in node.spellings.most_common())
            what = f"{many} are one concept here, {label!r}: case, hyphens and spaces do not count"
            self.problems.warning(None, what, f"Join them in {self.source} too.")
        elif node.name != label:
            what = f"the tag {shown(node.name)} {reason(node.name)}, and is called {label!r} here"
            cure = f"Rename it in {self.source}, or there will be a second tag beside it."
            self.problems.warning(None, what, cure)


def _used(name: str, uses: int) -> str:
    return f"{shown(name)} ({uses:,})" if uses else shown(name)


def _unique(wanted: str, taken: Container[str]) -> str:
    concept_id, number = wanted, 1
    while concept_id in taken:
        number += 1
        concept_id = f"{wanted[: LONGEST - 8]}-{number}"
    return concept_id
