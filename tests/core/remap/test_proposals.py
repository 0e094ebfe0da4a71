"""Labels without a concept: counted over the photos as they are, until a person decides."""

from __future__ import annotations

from typing import Any

from tagwright.model import Answer, Observation
from tagwright.pipeline import Judge
from tagwright.policy import Policy
from tagwright.proposals import Proposal, proposals, spellings
from tagwright.state import labels
from tagwright.taxonomy import parse_taxonomy
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, MemoryTagger

WORDS = "concepts: {Animals: {narrower: [Cat, Dog]}, Sofa bed: }"


async def _tag(house: Any, said: dict[str, tuple[str, ...]]) -> None:
    """Tag photos of which these labels are said."""
    library = MemoryLibrary({name: MemoryPhoto(name.encode()) for name in said})

    def script(rendition: Any, _facts: object) -> Answer:
        some = said[rendition.data.decode()]
        return Answer(tuple(Observation(label, 0.9) for label in some), "m")

    await house.tag(library, WORDS, MemoryTagger(script))


async def _proposed(house: Any, words: str = WORDS, **options: Any) -> list[Proposal]:
    judge = Judge(parse_taxonomy(words), Policy())
    found: list[Proposal] = await house.lane(lambda c: proposals(c, judge, **options))
    return found


async def test_labels_are_counted_by_photo_however_they_are_spelt(house: Any) -> None:
    """Most photos first, with spellings and examples; what has a concept is not proposed."""
    await _tag(
        house,
        {
            "a/1": ("cat", "harp", "sofa beds!"),
            "a/2": ("Harp", "harp"),
            "a/3": ("dog", "lute"),
        },
    )
    found = await _proposed(house)
    assert [(one.label, one.photos) for one in found][:2] == [("harp", 2), ("lute", 1)]
    assert set(found[0].spellings) == {"Harp", "harp"}
    assert {str(ref) for ref in found[0].examples} == {"a/1", "a/2"}
    assert [one.label for one in await _proposed(house, fewest=2)] == ["harp"]


async def test_what_the_vocabulary_has_since_is_not_proposed(house: Any) -> None:
    """The question is put to the vocabulary of now, without tagging anew."""
    await _tag(house, {"a/1": ("harp", "lute")})
    known = WORDS.replace("Dog", "Dog, Lute")
    assert [one.label for one in await _proposed(house, known)] == ["harp"]


async def test_like_concepts_are_named(house: Any) -> None:
    """A near miss shows what it may have been meant as."""
    await _tag(house, {"a/1": ("sofa bedx xx",)})
    (one,) = await _proposed(house)
    assert one.similar == ("sofa-bed",)


async def test_an_ignored_label_is_not_proposed_until_it_is_wanted_again(house: Any) -> None:
    """However it is spelt, and it can be found among the ignored ones."""
    await _tag(house, {"a/1": ("Harp", "lute")})
    await house.lane(lambda c: labels.ignore(c, ["harp"]))
    assert [one.label for one in await _proposed(house)] == ["lute"]
    assert [one.label for one in await _proposed(house, ignored=True)] == ["Harp"]
    await house.lane(lambda c: labels.unignore(c, ["harp"]))
    assert len(await _proposed(house)) == 2


async def test_spellings_find_the_photos_that_adoption_touches(house: Any) -> None:
    """Raw labels by any spelling of them."""
    await _tag(house, {"a/1": ("Grey-Heron",), "a/2": ("grey heron", "lute")})
    found = await house.lane(lambda c: spellings(c, ["GREY HERON"]))
    assert set(found) == {"Grey-Heron", "grey heron"}
