"""SKOS as other programs write it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tagwright.errors import MissingProgramError
from tagwright.taxonomy import Problem
from tagwright_adapters.vocabularies import read, render

from .conftest import Written

PREFIXES = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix tagwright: <http://ns.tagwright.org/taxonomy/1.0#> .
@prefix : <http://example.org/v/> .
"""
ZOO = """\
<http://example.org/v> a skos:ConceptScheme ;
    dct:title "Zoologie"@de, "The zoo"@en ; skos:hasTopConcept :animal .
:animal a skos:Concept ; skos:prefLabel "Animals"@en, "Tiere"@de ; skos:narrower :cat, :dog .
:cat a skos:Concept ;
    skos:prefLabel "Cat"@en, "Katze"@de ; skos:altLabel "kitten"@en ; skos:hiddenLabel "kat"@en ;
    skos:scopeNote \"\"\"domestic,
    not big\"\"\"@en ;
    skos:broader :animal, :pet ; skos:exactMatch <http://www.wikidata.org/entity/Q146> .
:dog skos:prefLabel "Dog"@en .
:pet a skos:Concept ; skos:prefLabel "Pets"@en .
"""
XML = """\
<?xml version="1.0" encoding="{encoding}"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns:skos="http://www.w3.org/2004/02/skos/core#" xml:base="http://example.org/v/">
  <skos:Concept rdf:about="tier"><skos:prefLabel xml:lang="de">Säugetiere</skos:prefLabel>
    <skos:narrower><skos:Concept rdf:about="katze">
      <skos:prefLabel xml:lang="de">Katze</skos:prefLabel></skos:Concept></skos:narrower>
  </skos:Concept>
  <rdf:Description rdf:about="hund">
    <rdf:type rdf:resource="http://www.w3.org/2004/02/skos/core#Concept"/>
    <skos:prefLabel xml:lang="de">Hund</skos:prefLabel><skos:broader rdf:resource="tier"/>
  </rdf:Description>
</rdf:RDF>
"""
JSON = """\
{
  "@context": {"skos": "http://www.w3.org/2004/02/skos/core#", "v": "http://example.org/v/",
    "name": {"@id": "skos:prefLabel", "@language": "fr"}, "Concept": "skos:Concept",
    "id": "@id", "type": "@type", "under": {"@id": "skos:broader", "@type": "@id"}},
  "@graph": [
    {"id": "v:animal", "type": "Concept", "name": "Animaux"},
    {"id": "v:chat", "type": "Concept", "name": "Chat",
     "under": "v:animal"}
  ]
}
"""


def test_everything_lands_where_it_belongs(written: Written) -> None:
    """Languages, all sorts of labels, notes, matches, and several broader concepts."""
    vocabulary = read(written("zoo.ttl", PREFIXES + ZOO))
    taxonomy = vocabulary.taxonomy
    assert vocabulary.warnings == ()
    assert (taxonomy.name, taxonomy.language) == ("The zoo", "en")
    cat = taxonomy["http://example.org/v/cat"]
    assert dict(cat.labels) == {"en": "Cat", "de": "Katze"}
    assert cat.alternatives == {"en": ("kitten",)}
    assert cat.hidden == {"en": ("kat",)}
    assert cat.notes == {"en": "domestic, not big"}
    assert cat.broader == ("http://example.org/v/animal", "http://example.org/v/pet")
    assert cat.matches == ("http://www.wikidata.org/entity/Q146",)
    assert cat.line == 11
    assert taxonomy.path("http://example.org/v/dog") == ("Animals", "Dog")


def test_the_language_may_be_chosen(written: Written) -> None:
    """Paths are then in it, and so is the name."""
    taxonomy = read(written("zoo.ttl", PREFIXES + ZOO), language="de").taxonomy
    assert taxonomy.name == "Zoologie"
    assert taxonomy.path("http://example.org/v/cat") == ("Tiere", "Katze")


def test_the_path_may_be_marked(written: Written) -> None:
    """Programs that forget the order of statements keep our mark."""
    text = PREFIXES + ZOO + ":cat tagwright:path :pet .\n"
    taxonomy = read(written("zoo.ttl", text)).taxonomy
    assert taxonomy.path("http://example.org/v/cat") == ("Pets", "Cat")


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "UTF-16"])
def test_rdf_xml(written: Written, encoding: str) -> None:
    """In the encoding that it declares, with relative URIs, either direction, and lines."""
    content = XML.format(encoding=encoding).encode(encoding)
    taxonomy = read(written("zoo.rdf", content)).taxonomy
    v = "http://example.org/v/"
    assert {c.id: c.broader for c in taxonomy} == {
        v + "tier": (), v + "katze": (v + "tier",), v + "hund": (v + "tier",)
    }  # fmt: skip
    assert taxonomy.label(v + "tier") == "Säugetiere"
    assert taxonomy.language == "de"


def test_json_ld(written: Written) -> None:
    """With a context of its own."""
    taxonomy = read(written("zoo.jsonld", JSON)).taxonomy
    assert taxonomy.path("http://example.org/v/chat") == ("Animaux", "Chat")
    assert [c.line for c in taxonomy] == [6, 7]


def test_a_real_thesaurus(data: Path) -> None:
    """A cut of YSO: broader concepts outside are told, URIs are ids, lines are known."""
    vocabulary = read(data / "yso.ttl", language="en")
    taxonomy = vocabulary.taxonomy
    assert taxonomy.name == "YSO - General Finnish ontology"
    axes = "http://www.yso.fi/onto/yso/p39553"
    assert taxonomy.path(axes) == ("hand tools", "axes", "stone axes")
    assert taxonomy[axes].hidden["fi"] == ("kivikirves",)
    assert taxonomy[axes].line == 18
    assert len(taxonomy) == 6
    (warning,) = vocabulary.warnings
    assert "5 broader concepts are not in the file" in warning.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (':x a skos:Concept ; skosxl:prefLabel [ skosxl:literalForm "X"@en ] .', {"en": "X"}),
        (':x a skos:Concept ; rdfs:label "X"@en .', {"en": "X"}),
        (':x a skos:Concept ; skos:prefLabel "X" .', {"en": "X"}),
        (':x a skos:Concept ; skos:prefLabel "X"@PT-br .', {"pt-BR": "X"}),
        (':x skos:prefLabel "X"@en . :c a skos:Collection ; skos:prefLabel "C"@en .', {"en": "X"}),
        (
            ':x skos:prefLabel "X"@en . :y skos:prefLabel "Y"@en ; owl:deprecated true .',
            {"en": "X"},
        ),
    ],
)
def test_labels_in_other_ways(written: Written, text: str, expected: dict[str, str]) -> None:
    """SKOS-XL, RDFS, no language, odd case; collections and deprecated concepts are left out."""
    (concept,) = read(written("x.ttl", PREFIXES + text)).taxonomy
    assert dict(concept.labels) == expected


def test_ids_stay_when_a_vocabulary_is_updated(written: Written) -> None:
    """Whatever its labels and order become; relative URIs do not depend on where the file lies."""
    before = read(written("a.ttl", PREFIXES + '<#a> a skos:Concept ; skos:prefLabel "A"@en .'))
    after = read(written("b.ttl", PREFIXES + '<#a> a skos:Concept ; skos:prefLabel "B"@en .'))
    assert [c.id for c in before.taxonomy] == [c.id for c in after.taxonomy] == ["#a"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", None, "empty"),
        ("# nothing\n", None, "no skos:Concept"),
        ('<http://e.org/a> <http://e.org/b> "c" .\n', None, "no skos:Concept"),
        (PREFIXES + ":a a skos:Concept .\n", 8, "no preferred label"),
        (PREFIXES + ':a a skos:Concept ; skos:altLabel "A"@en .\n', 8, "no preferred label"),
        (PREFIXES + ':a skos:prefLabel "A"@en, "B"@en .\n', 8, "both the preferred label in 'en'"),
        (PREFIXES + '\n:a skos:prefLabel "A/B"@en .\n', 9, "contains '/'"),
        (PREFIXES + ':a skos:prefLabel "A\\u0007"@en .\n', 8, "control character"),
        (PREFIXES + ':a skos:prefLabel "A"@xx .\n', 8, "'xx' is not a language"),
        (PREFIXES + ':a skos:prefLabel "A" ; tagwright:kind "color" .\n', 8, "no kind 'color'"),
        (PREFIXES + ':a skos:prefLabel "A" ; skos:broader :a .\n', 8, "themselves: A > A"),
        (
            PREFIXES
            + ':a skos:prefLabel "A" ; skos:broader :b .\n'
            + ':b skos:prefLabel "B" ; skos:broader :c .\n'
            + ':c skos:prefLabel "C" ; skos:broader :a .\n',
            8,
            "themselves: A > C > B > A",
        ),
        (
            PREFIXES
            + ':t skos:prefLabel "T" .\n'
            + ':a skos:prefLabel "A" ; skos:broader :t, :b .\n'
            + ':b skos:prefLabel "B" ; skos:broader :a .\n',
            9,
            "broader than itself through 'B'",
        ),
        (PREFIXES + ":a skos:prefLabel .\n", 8, "not Turtle"),
        (PREFIXES + ':a skos:prefLabel "A"@en\n', None, "not Turtle"),
        (PREFIXES + 'ex:a skos:prefLabel "A"@en .\n', 8, "not Turtle"),
        (PREFIXES + "\0", 8, "U+0000"),
    ],
)
def test_each_mistake_names_its_line(
    written: Written,
    refused: Callable[..., list[Problem]],
    text: str,
    line: int | None,
    message: str,
) -> None:
    """Where it is known, and what to do."""
    (problem,) = [p for p in refused(written("v.ttl", text)) if message in p.message]
    if line is not None:
        assert problem.line == line


MENDABLE = """\
:a skos:prefLabel "AC/DC"@en, "Zweites"@xx .
:b skos:prefLabel "First"@en, "Second"@en ; skos:exactMatch <a b> .
:c a skos:Concept ; skos:altLabel "See"@en .
:d a skos:Concept .
:e skos:prefLabel "Bad\\u0007 label"@en ; skos:scopeNote "{note}"@en .
:f skos:prefLabel "first"@en .
:g skos:prefLabel "{long}"@en .
"""


def test_what_can_be_mended_is_mended(written: Written) -> None:
    """Each with a warning that names the line, and nothing that was there is lost without."""
    text = PREFIXES + MENDABLE.format(note="n" * 3000, long="l" * 300)
    vocabulary = read(written("v.ttl", text), mending=True)
    labels = [c.labels["en"] for c in vocabulary.taxonomy]
    assert labels[:6] == ["AC-DC", "First", "See", "d", "Bad label", "first (2)"]
    assert labels[6] == "l" * 199 + "…"
    assert vocabulary.taxonomy["http://example.org/v/a"].alternatives == {"en": ("AC/DC",)}
    assert vocabulary.taxonomy["http://example.org/v/b"].alternatives == {"en": ("Second",)}
    assert {w.line for w in vocabulary.warnings} == {8, 9, 10, 11, 12, 13, 14}
    assert all(w.cure for w in vocabulary.warnings)


def test_cycles_are_not_mended(written: Written, refused: Callable[..., list[Problem]]) -> None:
    """Which of two directions is meant, nobody can tell."""
    text = ':a skos:prefLabel "A" ; skos:broader :b . :b skos:prefLabel "B" ; skos:broader :a .'
    assert refused(written("v.ttl", PREFIXES + text), mending=True)


def test_a_missing_package_is_named(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what installs it; writing needs none."""
    path = written("zoo.ttl", PREFIXES + ZOO)
    taxonomy = read(path).taxonomy
    monkeypatch.setitem(sys.modules, "rdflib", None)
    with pytest.raises(MissingProgramError, match=r"pip install 'tagwright\[skos\]'"):
        read(path)
    assert render(taxonomy, path).text
