"""Export then import is the identity, on all that a format can hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from tagwright.taxonomy import Concept, Taxonomy
from tagwright.taxonomy.samples import sample
from tagwright_adapters.vocabularies import FORMATS, Vocabulary, read, render

from ...core.taxonomy.drawing import taxonomies  # noqa: TID252 - the tests are no package

LOSSLESS = ["yaml", "csv", "skos-turtle", "skos-xml", "skos-json"]
SUFFIXES = {one.name: one.suffixes[0] for one in FORMATS}


def there_and_back(taxonomy: Taxonomy, name: str) -> Vocabulary:
    """Write a taxonomy and read it again."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "drawn" + SUFFIXES[name])
        path.write_text(render(taxonomy, path).text, encoding="utf-8", newline="")
        return read(path)


def without_lines(taxonomy: Taxonomy) -> dict[str, Concept]:
    """Return the concepts without where they stood."""
    return {concept.id: replace(concept, line=None) for concept in taxonomy}


@pytest.mark.parametrize("name", LOSSLESS)
@given(taxonomy=taxonomies())
@settings(max_examples=40, deadline=None)
def test_what_is_exported_is_imported_again(name: str, taxonomy: Taxonomy) -> None:
    """Concepts with everything they have, whatever their labels look like in the format."""
    again = there_and_back(taxonomy, name)
    assert without_lines(again.taxonomy) == without_lines(taxonomy)
    assert again.taxonomy.language == taxonomy.language
    assert name == "csv" or again.taxonomy.name == taxonomy.name


@pytest.mark.parametrize("name", [one for one in LOSSLESS if one.startswith("skos")])
def test_skos_keeps_the_order_of_everything(name: str) -> None:
    """The key of the sample stays, so that no model is asked again."""
    family = sample("family")
    again = there_and_back(family, name)
    assert again.taxonomy.key == family.key
    assert again.warnings == ()


@pytest.mark.parametrize("name", ["csv", "skos-turtle", "skos-xml", "skos-json"])
def test_concepts_need_no_label_in_the_main_language(name: str) -> None:
    """A label in another language stays in that language alone, and order may run upwards."""
    taxonomy = Taxonomy(
        "mixed",
        "en",
        [
            Concept("http://example.org/x?y=1#z", {"fr": "Chat"}, broader=("ab%",)),
            Concept(
                "ünï/cat", {"de": "Katze", "en": "Cat"}, broader=("http://example.org/x?y=1#z",)
            ),
            Concept("ab%", {"en": "Animals"}),
            Concept("urn:tagwright:concept:odd", {"en": "Odd"}),
            Concept("http://example.org/a/../b", {"en": "Dots"}),
        ],
    )
    again = there_and_back(taxonomy, name).taxonomy
    assert without_lines(again) == without_lines(taxonomy)
    assert [one.id for one in again] == [one.id for one in taxonomy]


def held_by_lightroom(taxonomy: Taxonomy) -> Taxonomy:
    """Return what a keyword list can hold of a taxonomy: one language, one place, no extras."""
    ids: dict[str, str] = {}
    held = []
    for number, concept in enumerate(taxonomy):
        ids[concept.id] = str(number)
        label = f"k{number}" + concept.labels["en"].translate(str.maketrans("{}[]", "()()"))
        also = tuple(
            f"w{word.translate(str.maketrans('{}[]', '()()'))}"
            for word in concept.alternatives.get("en", ())
        )
        held.append(
            Concept(
                ids[concept.id],
                {"en": label[:200]},
                {"en": tuple(word[:200] for word in also)} if also else {},
                broader=tuple(ids[one] for one in concept.broader[:1]),
                group=concept.group,
            )
        )
    return Taxonomy("drawn", "en", held)


@given(taxonomy=taxonomies())
@settings(max_examples=40, deadline=None)
def test_a_keyword_list_keeps_what_it_can_hold(taxonomy: Taxonomy) -> None:
    """Labels, hierarchy, synonyms and groups; the losses name ids alone."""
    held = held_by_lightroom(taxonomy)
    again = there_and_back(held, "lightroom").taxonomy
    assert {facts(again, one) for one in again} == {facts(held, one) for one in held}
    rendered = render(held, Path("x.txt"))
    assert [loss.partition(" (")[0] for loss in rendered.losses] == ["ids of their own"]


def facts(taxonomy: Taxonomy, concept: Concept) -> tuple[object, ...]:
    """Return what a keyword list says of a concept."""
    return taxonomy.path(concept.id), concept.alternatives.get("en", ()), concept.group


def test_losses_are_counted() -> None:
    """A keyword list of the sample says what stays behind; SKOS and YAML lose nothing."""
    family = sample("family")
    losses = {one.name: render(family, Path("x"), one.name).losses for one in FORMATS}
    assert losses["lightroom"] == (
        "words in other languages (de, fr)",
        "ids of their own (2 concepts)",
        "notes (11 concepts)",
        "further broader concepts (4 concepts)",
        "kinds (22 concepts)",
        "marks of exclusive branches (1 concepts)",
    )
    assert losses.pop("csv") == ("the name 'Family library'",)
    losses.pop("lightroom")
    assert set(losses.values()) == {()}


def test_yaml_says_which_labels_it_lends() -> None:
    """YAML needs a label in the main language for each concept."""
    taxonomy = Taxonomy("t", "en", [Concept("katze", {"de": "Katze"})])
    assert render(taxonomy, Path("t.yaml")).losses == (
        "the language of 1 labels that there are not in 'en'",
    )
