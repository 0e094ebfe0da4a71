"""Photos are found by what they are, in whatever words, and by what was said of them."""

from __future__ import annotations

from datetime import date

import pytest

from tagwright.model import Answer, Choice, Facts, Observation, Rendition
from tagwright.review import Filter
from tagwright.searching import Results, search
from tagwright.state import search_index
from tagwright.taxonomy import parse_taxonomy
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, MemoryTagger, says

from .desk import Desk

VOCABULARY = parse_taxonomy("""
language: en
concepts:
  Animals:
    narrower:
      Cat: {labels: {de: Katze, fr: chat}, also: [kitten]}
      Cat tree:
      Dog:
  Rooms: {narrower: {Living room: {also: {de: [Wohnzimmer]}}}}
  Beach:
""")


def _script(picture: Rendition, _facts: Facts) -> Answer:
    label, _, caption = picture.data.decode().partition("|")
    return Answer((Observation(label, 0.95),), "memory", caption=caption or None)


def _library(**photos: str) -> MemoryLibrary:
    return MemoryLibrary(
        {f"trip to Rome/{name}.jpg": MemoryPhoto(said.encode()) for name, said in photos.items()}
    )


@pytest.fixture
async def filled(desk: Desk) -> Desk:
    """Photos of several things."""
    library = _library(
        a="cat|a tabby asleep on a sofa",
        b="dog",
        c="living room|bright, with a sofa",
        d="zeppelin",
        e="cat tree",
    )
    library.photos["home/f.jpg"] = MemoryPhoto(b"beach", [("Clients", "Müller GmbH")])
    await desk.tag(library, MemoryTagger(_script), taxonomy=VOCABULARY)
    return desk


def _find(desk: Desk, query: str, chosen: Filter | None = None, **more: int) -> Results:
    with desk.database.begin() as c:
        return search(c, VOCABULARY, query, chosen or Filter(), **more)


def _names(results: Results) -> str:
    return "".join(sorted(hit.ref.reference[-5] for hit in results.hits))


FINDS = {
    "cat": "ae",  # the concept, and the word in another label
    "Katze": "a",
    "kittens": "a",
    "chat": "a",
    "animals": "abe",
    "wohnzimmer": "c",
    "living room": "c",
    "room living": "c",
    "sofa": "ac",
    "sofa cat": "a",
    "asle": "a",
    '"asleep on"': "a",
    '"on asleep"': "",
    "zeppelin": "d",
    "rome dog": "b",
    "muller": "f",
    "b.jpg": "b",
    "": "abcdef",
    "elephant": "",
    "- !": "abcdef",
}
HOSTILE = (
    '"',
    '"" ""',
    "a OR b",
    "NEAR(a b)",
    "tags:cat",
    "*",
    "^a",
    "(",
    "a\0b",
    "'; DROP TABLE x",
)


async def test_words_find_photos(filled: Desk) -> None:
    """By concept in all its words and languages, by caption, raw label, tag, folder and name."""
    assert {query: _names(_find(filled, query)) for query in FINDS} == FINDS


async def test_nothing_that_is_typed_is_understood_as_a_command(filled: Desk) -> None:
    """It is searched for, as it stands."""
    for query in HOSTILE:
        _find(filled, query)
    assert _names(_find(filled, "zeppelin")) == "d"


async def test_facets_count_all_that_was_found(filled: Desk) -> None:
    """By top concept, with those below, whatever part of it is shown."""
    results = _find(filled, "rome", limit=1)
    assert (len(results.hits), results.total) == (1, 5)
    assert [(one.label, one.photos) for one in results.facets] == [("Animals", 3), ("Rooms", 1)]
    assert results.facets[0].concepts == (
        (("Animals", "Cat"), 1),
        (("Animals", "Cat tree"), 1),
        (("Animals", "Dog"), 1),
    )
    assert _find(filled, "katze").concepts == ("animals/cat",)
    assert {hit.ref for hit in _find(filled, "rome", limit=9, offset=1).hits}.isdisjoint(
        {hit.ref for hit in results.hits}
    )


async def test_results_are_narrowed(filled: Desk) -> None:
    """To a branch, to a folder, to days."""
    assert _names(_find(filled, "", Filter(facet="animals"))) == "abe"
    assert _names(_find(filled, "", Filter(concept="animals/cat"))) == "a"
    assert _names(_find(filled, "", Filter(under=("home",)))) == "f"
    assert _names(_find(filled, "", Filter(taken_from=date(2020, 1, 1)))) == ""


async def test_the_concept_comes_before_the_mere_word(desk: Desk) -> None:
    """A photo tagged with it is ranked above one whose caption mentions it."""
    library = _library(a="zeppelin|a beach towel", b="beach")
    await desk.tag(library, MemoryTagger(_script), taxonomy=VOCABULARY)
    hits = _find(desk, "beach").hits
    assert [hit.ref.reference[-5] for hit in hits] == ["b", "a"]
    assert hits[1].caption == "a beach towel"


async def test_decisions_and_undo_are_found_at_once(desk: Desk) -> None:
    """What a person accepts is searchable as soon as it is written, and no longer once undone."""
    library = _library(a="elephant")
    await desk.tag(library, MemoryTagger(says("dog", confidence=0.6)), taxonomy=VOCABULARY)
    (asset,) = desk.ids("trip to Rome/a.jpg")
    desk.decide(Choice.ACCEPT, "animals/dog", [asset], taxonomy=VOCABULARY)
    await desk.follow(library, VOCABULARY)
    assert _names(_find(desk, "animals")) == "a"
    desk.undo()
    await desk.follow(library, VOCABULARY)
    assert _names(_find(desk, "animals")) == ""


async def test_the_index_can_be_made_anew(filled: Desk) -> None:
    """Lost as a whole, it comes back from what is on record."""
    before = _find(filled, "cat")
    with filled.database.begin() as c:
        c.exec_driver_sql("DROP TABLE search")
        assert search_index.refresh(c, everything=True) == 6
        assert search_index.refresh(c) == 0
    assert _find(filled, "cat") == before


async def test_labels_cannot_forge_an_edge(desk: Desk) -> None:
    """What taggers say is text, whatever signs it holds."""
    library = _library(a=f"{search_index.EDGE} Cat {search_index.EDGE}|x\n{search_index.EDGE}")
    await desk.tag(library, MemoryTagger(_script), taxonomy=VOCABULARY)
    assert _find(desk, "Katze").hits == ()
    assert _find(desk, "").facets == ()
