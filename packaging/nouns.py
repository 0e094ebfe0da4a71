"""What English nouns mean, and what that is a kind of: the tables ``meanings`` and ``nouns``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from wordnet import ANIMAL, PERSON, WordNet, plain

# Letters of nouns.py beside the tables, by lexicographer file (lexnames(5WN)).
LETTERS = {
    3: "T", 4: "c", 5: "a", 6: "t", 7: "q", 8: "b", 11: "e", 13: "f", 14: "g", 15: "l", 17: "o",
    18: "p", 19: "n", 20: "v", 22: "r", 27: "s", 28: "m",
}  # fmt: skip
TOP, ATTRIBUTE, FOOD, PLANT, SUBSTANCE = 3, 7, 13, 20, 27
LIVING = {ANIMAL, PLANT, FOOD}
HAPPENINGS = {4, 11}
# What has more kinds than this says little of what is seen: devices, structures, workers.
MOST_KINDS = 600
COLOURS = ("chromatic color", "achromatic color")
TAXA = "taxonomic group"
GAMES = "diversion"
ROLES = ("worker", "contestant", "performer", "entertainer", "expert", "leader", "juvenile",
         "relative", "serviceman", "traveler", "creator", "adventurer",
         "combatant")  # fmt: skip


class Meanings:
    """The meanings that photos can show, numbered so that broader ones come first."""

    def __init__(self, net: WordNet) -> None:
        self._net = net
        self._colours = {net.senses[word][0] for word in COLOURS}
        self._roles = {net.senses[word][0] for word in ROLES}
        self._taxa = net.senses[TAXA][0]
        self._games = net.senses[GAMES][0]
        kinds = Counter(above for synset in net.synsets for above in net.ancestors(synset))
        self._general = {synset for synset in net.synsets if self._is_general(synset, kinds)}
        self.numbers: dict[str, int] = {}
        for synset in net.synsets:
            self._number(synset)

    def _is_general(self, synset: str, kinds: Counter[str]) -> bool:
        file = self._net.synsets[synset].file
        if file == TOP:
            return not set(self._net.synsets[synset].words) & {"animal", "plant", "food"}
        return file not in LIVING and kinds[synset] > MOST_KINDS

    def _number(self, synset: str) -> None:
        if synset in self.numbers or not self._is_kept(synset):
            return
        for broader in self._net.synsets[synset].broader:
            self._number(broader)
        self.numbers[synset] = len(self.numbers)

    def _is_kept(self, synset: str) -> bool:
        meaning, above = self._net.synsets[synset], self._net.ancestors(synset)
        if meaning.file == ATTRIBUTE:
            return bool(above & self._colours)
        return meaning.file in LETTERS and not meaning.instance and self._taxa not in above

    def lines(self) -> Iterator[str]:
        """Yield the letter of each and the numbers right above it, without general ones."""
        for synset in self.numbers:
            meaning = self._net.synsets[synset]
            above = [
                str(self.numbers[one])
                for one in meaning.broader
                if one in self.numbers and one not in self._general
            ]
            yield LETTERS[meaning.file] + " ".join(above)

    def of(self, noun: str) -> list[str]:
        """Return the kept meanings of a noun as the table has them."""
        kept = [one for one in self._net.senses[noun] if one in self.numbers]
        alive = [one for one in kept if self._net.synsets[one].file in LIVING]
        living = max((self._count(noun, one) for one in alive), default=-1)
        common = [one for one in kept if self._written(noun, one).islower()]
        return [self._entry(noun, one, living) for one in common or kept]

    def _entry(self, noun: str, synset: str, living: int) -> str:
        count, meaning = self._count(noun, synset), self._net.synsets[synset]
        far = self._is_far(synset, count, living)
        count = 0 if far else count
        chief = meaning.words[0].lower() == noun and not far
        return f"{self.numbers[synset]}{f':{count}' if count else ''}{'' if chief else '-'}"

    def _count(self, noun: str, synset: str) -> int:
        return self._net.counts.get((noun, self._net.senses[noun].index(synset)), 0)

    def _is_shade(self, synset: str) -> bool:
        """Whether it is a colour, but no basic one (Berlin and Kay): salmon, olive, coral."""
        meaning = self._net.synsets[synset]
        return meaning.file == ATTRIBUTE and not set(meaning.broader) & self._colours

    def _is_far(self, synset: str, count: int, living: int) -> bool:
        """Whether nobody tags it so: a person called a lion, a rare substance, act but no game."""
        meaning, above = self._net.synsets[synset], self._net.ancestors(synset)
        if meaning.file == PERSON:
            return living >= 0 and count <= max(living, 1) and not above & self._roles
        if meaning.file in HAPPENINGS:
            return count == 0 and self._games not in above
        return self._is_shade(synset) or (meaning.file == SUBSTANCE and count == 0)

    def _written(self, noun: str, synset: str) -> str:
        words = self._net.synsets[synset].words
        return next((word for word in words if word.lower() == noun), noun)


def meanings_and_nouns(net: WordNet) -> tuple[list[str], list[str]]:
    """Return the lines of both tables."""
    meanings = Meanings(net)
    nouns: dict[str, list[str]] = {}
    for noun in sorted(net.senses):
        if (entries := meanings.of(noun)) and not _is_latin(net, noun):
            nouns.setdefault(plain(noun), entries)
    lines = sorted(f"{noun}\t{' '.join(entries)}" for noun, entries in nouns.items())
    return list(meanings.lines()), lines


def _is_latin(net: WordNet, noun: str) -> bool:
    """Whether it is a scientific name: of a living thing, its last word no English noun."""
    living = all(net.synsets[one].file in LIVING for one in net.senses[noun])
    return living and " " in noun and noun.rpartition(" ")[2] not in net.senses
