"""Which meanings of an English noun are about the same thing, and which of them a kind allows."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from tagwright.mapping.language import nouns
from tagwright.model import Kind

_NEAR = 3  # steps up to something that both are a kind of
_HAPPENINGS = frozenset({nouns.ACT, nouns.EVENT, nouns.TIME, nouns.PROCESS, nouns.PHENOMENON})
_THINGS = frozenset(
    {nouns.ANIMAL, nouns.ARTEFACT, nouns.BODY, nouns.FOOD, nouns.OBJECT, nouns.PERSON, nouns.PLANT}
) | {nouns.SUBSTANCE, nouns.PHENOMENON, nouns.PROCESS, nouns.LOCATION, nouns.TOP}
_SETTINGS = frozenset({nouns.ARTEFACT, nouns.OBJECT, nouns.LOCATION, nouns.PLANT, nouns.TOP})
_SORTS = {
    Kind.OBJECT: _THINGS,
    Kind.PERSON: frozenset({nouns.PERSON, nouns.TOP}),
    Kind.ACTIVITY: _HAPPENINGS | {nouns.TOP},
    Kind.EVENT: _HAPPENINGS | {nouns.TOP},
    Kind.SCENE: _SETTINGS | _HAPPENINGS | {nouns.SUBSTANCE},
    Kind.COLOUR: frozenset({nouns.COLOUR}),
}
_CLEAR = frozenset(
    {Kind.PLACE, Kind.TIME, Kind.LIGHT, Kind.STYLE, Kind.TECHNICAL, Kind.TEXT, Kind.MOOD}
)
_ANY = _THINGS | _HAPPENINGS | {nouns.COLOUR}
# Regular polysemy (Apresjan 1974): a plant and its fruit, an animal and its fur; what happens and
# when it does.
_SAME = (
    frozenset({nouns.PLANT, nouns.FOOD, nouns.SUBSTANCE}),
    frozenset({nouns.ANIMAL, nouns.SUBSTANCE}),
)
_GROUPS = {
    **dict.fromkeys(_HAPPENINGS, nouns.ACT),
    **dict.fromkeys((nouns.PLANT, nouns.FOOD, nouns.SUBSTANCE), nouns.PLANT),
    **dict.fromkeys((nouns.ARTEFACT, nouns.OBJECT, nouns.LOCATION), nouns.ARTEFACT),
}


@lru_cache(20_000)
def things(noun: str) -> tuple[tuple[nouns.Use, ...], ...]:
    """Return a noun's visible meanings, those about the same thing together, most usual first."""
    clusters: list[list[nouns.Use]] = []
    for use in nouns.uses(noun):
        if nouns.sort(use.meaning) not in _ANY:
            continue
        near = [some for some in clusters if any(_is_near(noun, use, one) for one in some)]
        clusters = [some for some in clusters if some not in near]
        clusters.append([one for some in near for one in some] + [use])
    clusters.sort(key=lambda some: (-weight(some), min(use.meaning for use in some)))
    return tuple(map(tuple, clusters))


def weight(some: Collection[nouns.Use]) -> float:
    """Return how usual some meanings are together."""
    return sum(use.weight for use in some)


def allowed(some: Collection[nouns.Use], kind: Kind) -> tuple[nouns.Use, ...]:
    """Return the meanings that an observation of a kind can have."""
    if kind in _CLEAR:
        return ()
    sorts = _SORTS.get(kind, _ANY)
    return tuple(use for use in some if nouns.sort(use.meaning) in sorts)


def tells(kind: Kind) -> bool:
    """Whether a kind tells of what sort a meaning is."""
    return kind in _SORTS


def _is_near(noun: str, one: nouns.Use, other: nouns.Use) -> bool:
    sorts = {nouns.sort(one.meaning), nouns.sort(other.meaning)}
    if sorts <= {nouns.PERSON, nouns.TOP}:
        return True
    if len(sorts) == 2 and (sorts <= _HAPPENINGS or any(sorts <= same for same in _SAME)):
        return True
    if sorts == {nouns.ACT, nouns.ARTEFACT} and noun.endswith("ing"):
        return True  # a painting is what painting makes
    up, across = nouns.above(one.meaning), nouns.above(other.meaning)
    return any(up[meaning] <= _NEAR and across[meaning] <= _NEAR for meaning in up.keys() & across)


def group(meaning: int) -> str:
    """Return the letter of a sort for all sorts that are much the same."""
    letter = nouns.sort(meaning)
    return _GROUPS.get(letter, letter)
