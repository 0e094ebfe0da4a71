"""Make the tables of English nouns that matching uses, from the WordNet 3.0 database.

Run as ``python packaging/english.py /usr/share/wordnet`` (Debian's package ``wordnet-base``). It
writes ``core/tagwright/mapping/language/data``; what the tables mean says ``english.py`` beside it.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TARGET = Path(__file__).parents[1] / "core/tagwright/mapping/language/data"
# Lexicographer files (lexnames(5WN)) whose nouns can be seen on a photo.
VISIBLE = {5, 6, 8, 11, 13, 15, 17, 18, 19, 20, 27, 3}
ANIMAL, ARTIFACT, PERSON = 5, 6, 18
DETACHMENTS = [
    ("ches", "ch"), ("shes", "sh"), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("men", "man"),
    ("ies", "y"), ("s", ""),
]  # fmt: skip
MADE = {"furniture", "furnishing", "structure", "container", "clothing", "footwear", "tableware"}
CRAFT = {"conveyance", "weapon", "plaything"}  # a paper plane is no plane, a wooden sword no sword
SPELLINGS = [
    (r"our(?=$|s|ed|er|ing|able|ful|hood|ite|less|ist)", "or"), (r"(?<=[^aeiou])re$", "er"),
    (r"is(?=e|ed|er|ing|ation$)", "iz"), (r"ys(?=e|ed|er|ing)", "yz"), (r"ogue$", "og"),
    ("ae", "e"), ("oe", "e"), (r"ll(?=er$|ing$|ist$|ed$|ment$|ery$)", "l"), ("mould", "mold"),
    ("moult", "molt"), ("grey", "gray"), (r"(?<=[^aeiou])ence$", "ense"), ("plough", "plow"),
]  # fmt: skip
ODD_SPELLINGS = [
    ("aeroplane", "airplane"), ("cheque", "check"), ("doughnut", "donut"), ("draught", "draft"),
    ("jewellery", "jewelry"), ("kerb", "curb"), ("moustache", "mustache"), ("omelette", "omelet"),
    ("pyjamas", "pajamas"), ("pyjama", "pajama"), ("programme", "program"), ("tyre", "tire"),
    ("yoghurt", "yogurt"), ("whisky", "whiskey"), ("catalogue", "catalog"), ("chilli", "chili"),
    ("cosy", "cozy"), ("storey", "story"), ("sulphur", "sulfur"), ("aluminium", "aluminum"),
    ("woollen", "woolen"), ("licence", "license"), ("haulier", "hauler"), ("artefact", "artifact"),
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


def compounds(net: WordNet) -> Iterator[tuple[str, str]]:
    """Yield nouns of several words and whether they are a kind of their last word."""
    found: dict[str, str] = {}
    for noun in net.senses:
        words = _plain(noun)
        if " " in words and (sign := _nature(net, noun, words.rpartition(" ")[2])):
            found[words] = "~" if found.get(words, sign) != sign else sign
    yield from found.items()


def _nature(net: WordNet, noun: str, head: str) -> str | None:
    if head not in net.senses:
        head = next(iter(net.singulars(head)), "")
    if not head or not net.visible(head) or noun.startswith(("genus ", "family ", "order ")):
        return None
    usual, file, rare = net.usual(head)
    senses = [one for one in net.senses[noun] if net.synsets[one].file in VISIBLE]
    if senses and all(
        net.synsets[one].instance and net.synsets[one].file == PERSON for one in senses
    ):
        return None
    below = [one for one in senses if usual & net.ancestors(one)]
    anyhow = [one for one in senses if set(net.senses[head]) & net.ancestors(one)]
    if rare and below and len(below) == len(senses):
        return "="
    if below or (anyhow and not rare):
        return "~"
    return "~" if any(net.synsets[one].file == file for one in anyhow) else "!"


def categories(net: WordNet) -> Iterator[tuple[str, str]]:
    """Yield single nouns with what they usually are: animal, person, made or other thing."""
    for noun in net.senses:
        usual, file, rare = net.usual(noun)
        if not (noun.isalpha() and rare):
            continue
        if file in {ANIMAL, PERSON}:
            yield noun, "a" if file == ANIMAL else "p"
        elif file == ARTIFACT:
            above = {
                word for s in usual for one in net.ancestors(s) for word in net.synsets[one].words
            }
            yield noun, "m" if above & MADE and not above & CRAFT else "t"


def plurals(net: WordNet) -> Iterator[tuple[str, str]]:
    """Yield irregular plurals with their singular, or a sign where a plural is a word of its own.

    "-" is for one that means something else, "~" for one that stands in the dictionary.
    """
    for word in sorted({*net.irregular, *net.senses}):
        if not word.isalpha():
            continue
        singulars = net.singulars(word)
        if word in net.irregular and word not in net.senses and singulars:
            yield word, singulars[0]
        elif singulars and word.endswith("s") and not word.endswith(("ss", "us", "is")):
            _, file, _ = net.usual(singulars[0])
            own = [
                synset
                for count, synset in net.visible(word)
                if count and synset not in net.senses[singulars[0]]
            ]
            if any(net.synsets[one].file != file for one in own):
                yield word, "-"
            elif any(word in net.synsets[one].words for one in net.senses.get(word, ())):
                yield word, "~"


def spellings(net: WordNet) -> Iterator[tuple[str, str]]:
    """Yield words with another spelling of the same meaning, in the usual American one."""
    yield from ODD_SPELLINGS
    for synset in net.synsets.values():
        words = [word for word in synset.words if word.isalpha() and word.islower()]
        for word in words:
            american = word
            for pattern, other in SPELLINGS:
                american = re.sub(pattern, other, american)
            if american != word and american in words:
                yield word, american


def _plain(noun: str) -> str:
    return re.sub(r"[\s-]+", " ", noun).replace(".", "").strip()


def _rows(path: Path) -> Iterator[list[str]]:
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith(" "):
            yield line.partition(" | ")[0].split()


def main() -> None:
    """Write all tables."""
    net = WordNet(Path(sys.argv[1]))
    by_sign: dict[str, set[str]] = defaultdict(set)
    for noun, sign in compounds(net):
        by_sign[sign].add(noun)
    tables = {
        "compounds": [f"{sign} {noun}" for sign in "=~!" for noun in sorted(by_sign[sign])],
        "categories": [f"{sign} {noun}" for noun, sign in sorted(set(categories(net)))],
        "plurals": [f"{noun} {singular}" for noun, singular in sorted(set(plurals(net)))],
        "spellings": [f"{one} {other}" for one, other in sorted(set(spellings(net)))],
    }
    for name, lines in tables.items():
        (TARGET / f"{name}.txt").write_text("\n".join(lines) + "\n", "utf-8")
        sys.stdout.write(f"{name}: {len(lines)} lines\n")


if __name__ == "__main__":
    main()
