"""Make the tables of English nouns that matching uses, from the WordNet 3.0 database.

Run as ``python packaging/english.py /usr/share/wordnet`` (Debian's package ``wordnet-base``). It
writes ``core/tagwright/mapping/language/data``; what the tables mean say ``english.py`` and
``nouns.py`` beside it.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from nouns import meanings_and_nouns
from wordnet import ANIMAL, ARTIFACT, PERSON, VISIBLE, WordNet, plain

TARGET = Path(__file__).parents[1] / "core/tagwright/mapping/language/data"
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


def compounds(net: WordNet) -> Iterator[tuple[str, str]]:
    """Yield nouns of several words and whether they are a kind of their last word."""
    found: dict[str, str] = {}
    for noun in net.senses:
        words = plain(noun)
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
    tables["meanings"], tables["nouns"] = meanings_and_nouns(net)
    for name, lines in tables.items():
        (TARGET / f"{name}.txt").write_text("\n".join(lines) + "\n", "utf-8")
        sys.stdout.write(f"{name}: {len(lines)} lines\n")


if __name__ == "__main__":
    main()
