"""What a model is asked for a concept."""

from __future__ import annotations

from typing import Any

import pytest

from tagwright.model import Kind
from tagwright.taxonomy import Concept, Taxonomy
from tagwright.taxonomy.samples import sample
from tagwright_adapters.clip.facets import Facets
from tagwright_adapters.clip.prompts import background_prompts, concept_prompts, prompt_language


def prompts(language: str = "en", **fields: Any) -> tuple[str, ...]:
    """Return the prompts of one concept below "Pets"."""
    labels = fields.pop("labels", {"en": "Cat", "de": "Katze"})
    concepts = [
        Concept("pets", {"en": "Pets", "de": "Haustiere"}),
        Concept("one", labels, broader=("pets",), **fields),
    ]
    taxonomy = Taxonomy("T", "en", concepts)
    return concept_prompts(taxonomy, taxonomy["one"], language)


def test_labels_alternatives_and_what_is_above_are_put_into_words() -> None:
    """A few of them."""
    found = prompts(alternatives={"en": ("kitten", "tomcat", "kitty"), "de": ("Kater",)})
    assert found == (
        "a photo of Cat",
        "a photo of a Cat",
        "a photo of Cat, Pets",
        "a photo of kitten",
        "a photo of tomcat",
    )


def test_another_language_is_used_where_there_is_a_label() -> None:
    """Else that of the taxonomy; never a German label in an English sentence."""
    assert prompts("de")[0] == "ein Foto von Katze"
    assert "ein Foto von Katze, Haustiere" in prompts("de")
    assert prompts("de-AT") == prompts("de")
    assert prompts("fr")[0] == "a photo of Cat"
    assert prompts(labels={"de": "Katze"})[0] == "ein Foto von Katze"
    assert prompts(labels={"fi": "Kissa"}) == ("Kissa",)


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("domestic cats", "a photo of Cat, domestic cats"),
        ("domestic cats, not big cats", "a photo of Cat, domestic cats"),
        ("not big cats", None),
        ("no wolves; dogs only", None),
        ("x" * 100, None),
        ("small\n and   furry", "a photo of Cat, small and furry"),
    ],
)
def test_a_note_counts_as_far_as_it_says_what_is_there(note: str, said: str | None) -> None:
    """Such models do not understand "not"."""
    extra = set(prompts(notes={"en": note})) - set(prompts())
    assert extra == ({said} if said else set())


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ({Kind.COLOUR}, "a Cat photo"),
        ({Kind.STYLE, Kind.LIGHT}, "a photo with Cat"),
        ({Kind.ACTIVITY}, "a photo of people, Cat"),
        ({Kind.SCENE, Kind.OTHER}, "a scene: Cat"),
        ({Kind.OBJECT, Kind.SCENE}, "a photo of a Cat"),
    ],
)
def test_each_kind_has_words_of_its_own(kinds: set[Kind], said: str) -> None:
    """A colour is no thing."""
    assert said in prompts(kinds=frozenset(kinds))


def test_labels_are_data() -> None:
    """Braces and line breaks in them do no harm."""
    assert prompts(labels={"en": "a {label}\n{x}"})[0] == "a photo of a {label} {x}"


@pytest.mark.parametrize(
    ("model", "language"),
    [
        ("ViT-B-32__openai", "en"),
        ("nllb-clip-base-siglip__v1", "de"),
        ("XLM-Roberta-Large-Vit-B-32", "de"),
        ("ViT-B-16-SigLIP-i18n-256__webli", "de"),
        ("ViT-B-16-SigLIP2__webli", "de"),
        ("ViT-B-16-SigLIP__webli", "en"),
    ],
)
def test_models_that_read_many_languages_are_asked_in_the_users(model: str, language: str) -> None:
    """Others in English."""
    assert prompt_language(model, "de") == language


def test_the_background_names_nothing() -> None:
    """In any language; English where there is none of its own."""
    assert "a photo" in background_prompts("en")
    assert "ein Foto" in background_prompts("de-AT")
    assert background_prompts("fi") == background_prompts("en")


def test_facets_are_branches_and_their_groups() -> None:
    """Of the sample: what stands below a group or an exclusive concept is among itself."""
    taxonomy = Taxonomy(
        "Mine",
        "en",
        [
            Concept("animals", {"en": "Animals"}),
            Concept("cat", {"en": "Cat"}, broader=("animals",)),
            Concept("age", {"en": "Age"}, broader=("animals",), group=True),
            Concept("young", {"en": "Young"}, broader=("age",)),
            Concept("place", {"en": "Place"}, exclusive=True),
            Concept("in", {"en": "Indoors"}, broader=("place",)),
            Concept("room", {"en": "Room"}, broader=("in",)),
            Concept("alone", {"en": "Alone"}),
            Concept("lonely", {"en": "Lonely"}),
            Concept("tagwright", {"en": "Tagwright"}),
            Concept("mark", {"en": "Mark"}, broader=("tagwright",)),
        ],
    )
    found = {one.concept.id: one.facet for one in Facets.of(taxonomy).candidates}
    assert found == {
        "animals": "Animals",
        "cat": "Animals",
        "young": "Age",
        "place": "Place",
        "in": "Place",
        "room": "Place",
        "alone": "Mine",
        "lonely": "Mine",
    }


def test_the_sample_is_a_few_prompts_a_concept() -> None:
    """Which is what asking a service for each text costs."""
    taxonomy = sample("family")
    many = [concept_prompts(taxonomy, one, "en") for one in Facets.of(taxonomy).concepts]
    assert len(many) > 200
    assert all(1 <= len(texts) <= 7 for texts in many)
