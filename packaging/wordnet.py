"""Reads the nouns of a WordNet 3.0 database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Lexicographer files (lexnames(5WN)) whose nouns can be seen on a photo.
VISIBLE = {5, 6, 8, 11, 13, 15, 17, 18, 19, 20, 27, 3}
ANIMAL, ARTIFACT, PERSON = 5, 6, 18
DETACHMENTS = [
    ("ches", "ch"), ("shes", "sh"), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("men", "man"),
    ("ies", "y"), ("s", ""),
]  # fmt: skip


@dataclass(frozen=True)
class Synset:
    """One meaning."""

    file: int
    words: tuple[str, ...]
    broader: tuple[str, ...]
    instance: bool


class WordNet:
    """Nouns of a WordNet database."""

    def __init__(self, folder: Path) -> None:
        self.synsets = dict(self._synsets(folder / "data.noun"))
        self.senses: dict[str, list[str]] = {}
        for fields in _rows(folder / "index.noun"):
            skip = 4 + int(fields[3]) + 2
            self.senses[fields[0].replace("_", " ")] = fields[skip:]
        self.counts: dict[tuple[str, int], int] = {}
        for line in (folder / "cntlist.rev").read_text("utf-8").splitlines():
            key, sense, count = line.split()
            lemma, _, rest = key.partition("%")
            if rest.startswith("1:"):
                self.counts[lemma.replace("_", " "), int(sense) - 1] = int(count)
        self.irregular = {
            fields[0].replace("_", " "): [one.replace("_", " ") for one in fields[1:]]
            for fields in _rows(folder / "noun.exc")
        }

    @staticmethod
    def _synsets(path: Path) -> Iterator[tuple[str, Synset]]:
        for fields in _rows(path):
            end = 4 + 2 * int(fields[3], 16)
            words = tuple(word.replace("_", " ") for word in fields[4:end:2])
            pointers = [
                fields[i : i + 3] for i in range(end + 1, end + 1 + 4 * int(fields[end]), 4)
            ]
            broader = tuple(goal for sign, goal, _ in pointers if sign in {"@", "@i"})
            instance = any(sign == "@i" for sign, _, _ in pointers)
            yield fields[0], Synset(int(fields[1]), words, broader, instance)

    @cache  # noqa: B019 - the program ends with it
    def ancestors(self, synset: str) -> frozenset[str]:
        """Return all broader meanings and the meaning itself."""
        above = [self.ancestors(one) for one in self.synsets[synset].broader]
        return frozenset({synset}.union(*above))

    def singulars(self, word: str) -> list[str]:
        """Return the nouns that a word can be the plural of, by the rules of morphy(7WN)."""
        stems = [word[: -len(a)] + b for a, b in DETACHMENTS if word.endswith(a)]
        return [one for one in [*self.irregular.get(word, ()), *stems] if one in self.senses]

    def visible(self, word: str) -> list[tuple[int, str]]:
        """Return its meanings that photos show, with how often each was met in tagged text."""
        return [
            (self.counts.get((word, number), 0), synset)
            for number, synset in enumerate(self.senses[word])
            if self.synsets[synset].file in VISIBLE and not self.synsets[synset].instance
        ]

    @cache  # noqa: B019 - the program ends with it
    def usual(self, word: str) -> tuple[frozenset[str], int, bool]:
        """Return a noun's usual visible meanings, their file, and whether others are rare."""
        visible = self.visible(word)
        if not visible:
            return frozenset(), 0, False
        count, chief = max(visible, key=lambda one: one[0])
        file, broader = self.synsets[chief].file, set(self.synsets[chief].broader)
        others = [(c, s) for c, s in visible if self.synsets[s].file != file]
        rare = not others or (count > 0 and count >= 3 * sum(c for c, _ in others))
        close = {
            synset
            for _, synset in visible
            if synset == chief or broader & set(self.synsets[synset].broader)
        }
        return frozenset(close), file, rare


def plain(noun: str) -> str:
    """Return a noun as labels are compared: no hyphens, no full stops."""
    return re.sub(r"[\s-]+", " ", noun).replace(".", "").strip()


def _rows(path: Path) -> Iterator[list[str]]:
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith(" "):
            yield line.partition(" | ")[0].split()
