"""What the user's concepts mean, and whether a word for one is as often used for other things."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from tagwright.mapping.language import english, homonyms, nouns
from tagwright.mapping.language.forms import english_singular
from tagwright.mapping.matching import primary
from tagwright.model import Kind
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.labels import plain

_PARTS = re.compile(r"\s*(?:[&,/]|\band\b|\bor\b)\s*")
_BRACKETS = re.compile(r"\s*\([^)]*\)")
_REMEMBERED = 20_000
# How usual another meaning may be, as a multiple of the concept's own, before there is doubt:
_ALIAS = 0.5  # for words under "also"
_NAME = 2.0  # for the preferred label, if tagged text has it in that meaning
_UNMET = 0.9  # if it has not: all its meanings are equally rare
_ONE = 2.0  # how usual all meanings together may be, as a multiple of the chief one
_MINOR = 4  # a meaning that fits this share of the labels that the chief one fits is meant too
_CLOSE = 4.0  # for meanings of the same sort, which photos show alike


class Senses:
    """Tells by labels in English which meanings of a noun a concept stands for.

    Those that the concept's other labels share, that lie below what is broader or above what is
    narrower: a kite below Toys is the plaything. Else those of the same sort as the concepts around
    it. Where nothing tells, the usual one is taken.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self.own = lru_cache(_REMEMBERED)(self._own)
        self.nouns = lru_cache(_REMEMBERED)(self._nouns)
        self._voted = lru_cache(_REMEMBERED)(self._count_votes)
        self._around = lru_cache(_REMEMBERED)(self._sorts_around)

    def path(self, concept: str) -> tuple[str, ...]:
        """Return the concept's path, as hosts show it."""
        return self._taxonomy.path(concept)

    def doubt(self, concept: str, label: str, kind: Kind) -> str:
        """Return why an English label may mean something else than the concept; "" if it may not.

        Args:
            concept: Its identifier.
            label: The word or phrase that was said for it.
            kind: What the observation is about.
        """
        noun = known(label)
        clusters = homonyms.things(noun)
        if len(clusters) < 2:
            return ""
        own = self.own(concept, noun)
        fitting = [homonyms.allowed(cluster, kind) for cluster in clusters]
        mine = [some for some in fitting if own & {use.meaning for use in some}]
        others = [
            some
            for some, cluster in zip(fitting, clusters, strict=True)
            if some and not own & {use.meaning for use in cluster}
        ]
        usual = sum(map(homonyms.weight, mine))
        chief = max(map(homonyms.weight, mine), default=0.0)
        if usual > chief * _ONE and not self._is_backed(concept, noun):
            return f"{noun!r} means several things, and nothing tells which"
        groups = {homonyms.group(use.meaning) for some in mine for use in some}
        trusted = noun in self._preferred(concept)
        for some in others:
            close = bool(groups & {homonyms.group(use.meaning) for use in some})
            if homonyms.weight(some) > usual * _tolerance(usual, trusted=trusted, close=close):
                return f"{noun!r} also means other things"
        return ""

    def doubt_head(self, concept: str, head: str, phrase: str, kind: Kind) -> str:
        """Return why a phrase may mean something else than the concept that its head names.

        A fire station is no Station that has the labels "railway station" and "subway station", and
        a pay phone no Mobile phone that is called "phone" too.
        """
        meant = {use.meaning for use in nouns.uses(known(phrase))}
        if not meant:
            return self.doubt(concept, head, kind)
        own = self._meant(concept, known(head))
        if known(head) not in self._preferred(concept):
            own -= self._over(concept)
        if any(own & nouns.above(one).keys() for one in meant):
            return ""
        return f"{phrase!r} may be another kind"

    def doubt_kind(self, concept: str, kind: Kind) -> str:
        """Return why an observation of a kind can hardly be of a concept, "" if it can.

        Its preferred label tells, in English: no object is Fishing.
        """
        meant = [
            use
            for name in self._preferred(concept)
            for use in nouns.uses(name)
            if use.meaning in (self.own(concept, name) or (use.meaning,))
        ]
        if not meant or not homonyms.tells(kind) or homonyms.allowed(meant, kind):
            return ""
        return f"{' > '.join(self.path(concept))} is hardly seen as {kind.value}"

    def stands_for(self, concept: str, noun: str) -> tuple[frozenset[int], bool]:
        """Return the meanings below which all is a kind of the concept, and whether that is sure.

        A label for more than the concept stands for none: a pool may be no Swimming pool.
        """
        own = self._meant(concept, noun)
        own = own.intersection(_usual(noun)) or own
        named = self._preferred(concept)
        pure = len({nouns.sort(meaning) for meaning in own}) == 1
        if noun in named:
            alone = len(homonyms.things(noun)) == 1
            return own, pure and (alone or self._is_backed(concept, noun))
        return own - self._over(concept), False

    def _over(self, concept: str) -> set[int]:
        """Return all that the preferred label is a kind of, and more than the concept."""
        return {
            above
            for name in self._preferred(concept)
            for meaning in self.own(concept, name)
            for above in nouns.above(meaning)
            if above != meaning
        }

    def _meant(self, concept: str, noun: str) -> frozenset[int]:
        """Return those of a noun's meanings that most of the concept's labels agree with."""
        own = self._core(concept, noun)
        return (self._is_backed(concept, noun) and own & self._chief(concept, noun)) or own

    def _is_backed(self, concept: str, noun: str) -> bool:
        return any(self._votes(concept, noun, one) for one in self.own(concept, noun))

    def _preferred(self, concept: str) -> list[str]:
        labels = self._taxonomy[concept].labels.items()
        names = (
            part for language, label in labels if primary(language) == "en" for part in parts(label)
        )
        return list(map(known, names))

    def _core(self, concept: str, noun: str) -> frozenset[int]:
        """Return what all names that end with the noun have in common."""
        own = self.own(concept, noun)
        named = [
            {above for use in nouns.uses(other) for above in nouns.above(use.meaning)}
            for other in self.nouns(concept)
            if other.endswith(" " + noun)
        ]
        if len(named) < 2:
            return own
        above = {one for meaning in own for one in nouns.above(meaning)}
        return frozenset(set.intersection(*named) - above) or own

    def _own(self, concept: str, noun: str) -> frozenset[int]:
        """Return the meanings of a noun that the concept may stand for."""
        votes = self._voted(concept, noun)
        most = max(votes.values(), default=0)
        own = {one for one, count in votes.items() if count * _MINOR >= most}
        if most > 1:
            return frozenset(own)
        # One label alone may agree by chance: the usual meaning of that sort counts as well.
        sorts = {nouns.sort(one) for one in own}
        return frozenset(own | {one for one in _usual(noun) if nouns.sort(one) in sorts})

    def _chief(self, concept: str, noun: str) -> frozenset[int]:
        """Return those of them that most labels agree with."""
        votes = self._voted(concept, noun)
        most = max(votes.values(), default=0)
        return frozenset(one for one, count in votes.items() if count == most)

    def _count_votes(self, concept: str, noun: str) -> dict[int, int]:
        """Return for how many labels there are for each meaning, 1 for those of a fitting sort."""
        usual = _usual(noun)
        meanings = [use.meaning for some in homonyms.things(noun) for use in some]
        votes = {one: self._votes(concept, noun, one) for one in meanings}
        votes = {one: count for one, count in votes.items() if count > (one not in usual)}
        around = self._around(concept)
        if votes or not around:
            return votes or dict.fromkeys(usual[:1] or meanings[:1], 1)
        most = max(around[homonyms.group(one)] for one in meanings) if meanings else 0
        return {
            one: 1
            for one in meanings
            if nouns.sort(one) == nouns.TOP or (most and around[homonyms.group(one)] == most)
        }

    def _votes(self, concept: str, noun: str, meaning: int) -> int:
        """Return how many labels of the concept and those over and under it fit a meaning."""
        above = nouns.above(meaning)
        taxonomy = self._taxonomy
        same = sum(_agree(meaning, other) for other in self.nouns(concept) if other != noun)
        over = sum(
            any(use.meaning in above for use in nouns.uses(other))
            for broader in taxonomy.ancestors(concept)
            for other in self.nouns(broader)
            if other != noun
        )
        under = sum(
            any(
                meaning in nouns.above(use.meaning)
                for other in self.nouns(narrower)
                for use in nouns.uses(other)
                if other != noun
            )
            for narrower in taxonomy.narrower(concept)
        )
        return same + over + under

    def _sorts_around(self, concept: str) -> Counter[str]:
        """Return of how many labels of the concept, above and beside it the usual sort is each."""
        taxonomy = self._taxonomy
        broader = taxonomy[concept].broader
        beside = [one for above in broader for one in taxonomy.narrower(above)]
        found: Counter[str] = Counter()
        for one in {concept, *broader, *beside}:
            for noun in self.nouns(one):
                things = homonyms.things(noun)
                if len(things) == 1:
                    found.update({homonyms.group(use.meaning) for use in things[0]})
        return found

    def _nouns(self, concept: str) -> tuple[str, ...]:
        """Return the nouns that its English labels are or end with."""
        found = dict.fromkeys(_heads(self._labels(concept)))
        return tuple(found)

    def _labels(self, concept: str) -> Iterator[str]:
        entry = self._taxonomy[concept]
        for language, label in entry.labels.items():
            if primary(language) == "en":
                yield label
        for language, labels in (*entry.alternatives.items(), *entry.hidden.items()):
            if primary(language) == "en":
                yield from labels


def _usual(noun: str) -> list[int]:
    """Return its meanings that are met, the most usual first."""
    uses = [use for some in homonyms.things(noun) for use in some if use.weight]
    return [use.meaning for use in sorted(uses, key=lambda use: -use.weight)]


def _tolerance(usual: float, *, trusted: bool, close: bool) -> float:
    if close:
        return _CLOSE
    if not trusted:
        return _ALIAS
    return _NAME if usual >= 1 else _UNMET


def parts(label: str) -> list[str]:
    """Return the names in a label, without what stands in brackets: "Whales & dolphins"."""
    return [part for part in _PARTS.split(_BRACKETS.sub("", plain(label))) if part]


def names(label: str) -> list[str]:
    """Return the nouns that a label is; of "cable and satellite service" none is one alone."""
    found = list(map(known, parts(label)))
    return found if all(nouns.uses(noun) for noun in found) else []


@lru_cache(_REMEMBERED)
def known(label: str) -> str:
    """Return an English label as the noun in the singular that a dictionary would have."""
    text = plain(label)
    if nouns.uses(text):
        return text
    *before, last = text.split(" ")
    return " ".join(english.american(word) for word in (*before, english_singular(last)))


def _heads(labels: Iterable[str]) -> Iterator[str]:
    for label in labels:
        for part in parts(label):
            noun = known(part)
            yield noun if nouns.uses(noun) else known(noun.rpartition(" ")[2])


def _agree(meaning: int, noun: str) -> bool:
    above = nouns.above(meaning)
    parents = {one for one, steps in above.items() if steps == 1}
    for use in nouns.uses(noun):
        other = nouns.above(use.meaning)
        if use.meaning in above or meaning in other:
            return True
        if any(other.get(one) == 1 for one in parents):
            return True
    return False
