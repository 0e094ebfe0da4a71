"""Taxonomies in YAML: what may be written, and what is understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagwright.errors import TaxonomyError
from tagwright.model import Kind
from tagwright.taxonomy import Concept, Taxonomy, load_taxonomy, parse_taxonomy

EXAMPLE = """\
name: Family library
language: en
concepts:
  Animals:
    labels: {de: Tiere, fr: Animaux}
    narrower:
      Cat:
        also: [kitten, tomcat]            # or {en: [...], de: [...]}
        labels: {de: Katze}
        note: domestic cats, not big cats
      Dog:                                # nothing more is needed
  Colours:
    group: yes
    kinds: [colour]
    narrower: {Red: , Blue: }
"""


def test_the_documented_example_is_read_as_documented() -> None:
    """Every key of the format lands where it belongs."""
    taxonomy = parse_taxonomy(EXAMPLE)
    assert (taxonomy.name, taxonomy.language, len(taxonomy)) == ("Family library", "en", 6)
    assert taxonomy["animals/cat"] == Concept(
        id="animals/cat",
        labels={"en": "Cat", "de": "Katze"},
        alternatives={"en": ("kitten", "tomcat")},
        broader=("animals",),
        notes={"en": "domestic cats, not big cats"},
        line=7,
    )
    assert taxonomy["colours"].group
    assert taxonomy.kinds("colours/red") == {Kind.COLOUR}
    assert taxonomy.path("animals/dog") == ("Animals", "Dog")


def test_text_stays_text() -> None:
    """What YAML takes for booleans, numbers, dates or merges are labels like any other."""
    labels = ["No", "on", "null", "1e3", "2024-05-01", "0x1F", "1_000", "<<", "=", "12:30:00", "~x"]
    text = "concepts:\n" + "".join(f"  {label}:\n" for label in labels)
    assert [taxonomy_label(c) for c in parse_taxonomy(text)] == labels


def taxonomy_label(concept: Concept) -> str:
    """Return the one label of a concept."""
    (label,) = concept.labels.values()
    return label


@pytest.mark.parametrize(
    "narrower",
    [
        "{Red: , Blue: }",
        "[Red, Blue]",
        "\n      Red:\n      Blue:",
        "\n      - Red\n      - Blue",
        "\n      - Red:\n          also: crimson\n      - Blue",
        "{Red: ~, Blue: null}",
    ],
)
def test_narrower_concepts_may_be_written_in_several_ways(narrower: str) -> None:
    """A mapping, a list of names, a list of both, and what YAML tools write for nothing."""
    taxonomy = parse_taxonomy(f"concepts:\n  Colours:\n    narrower: {narrower}\n")
    assert taxonomy.narrower("colours") == ("colours/red", "colours/blue")


@pytest.mark.parametrize(
    ("also", "expected"),
    [
        ("kitten", {"de": ("kitten",)}),
        ("[kitten, tomcat]", {"de": ("kitten", "tomcat")}),
        ("{en: [kitten], fr: chaton}", {"en": ("kitten",), "fr": ("chaton",)}),
        ("[b/w, Kitten, kitten]", {"de": ("b/w", "Kitten")}),
        ("", {}),
    ],
)
def test_alternative_labels(also: str, expected: dict[str, tuple[str, ...]]) -> None:
    """One, a list or by language; without one they are in the taxonomy's language."""
    taxonomy = parse_taxonomy(f"language: de\nconcepts:\n  Katze:\n    also: {also}\n")
    assert taxonomy["katze"].alternatives == expected


def test_identifiers_survive_renaming_when_set() -> None:
    """An explicit id replaces the whole path, for what stands below it as well."""
    text = "concepts:\n  Places:\n    narrower:\n      Munich: {id: muc, narrower: [Zoo & Park]}\n"
    assert [c.id for c in parse_taxonomy(text)] == ["places", "muc", "muc/zoo-park"]


def test_identifiers_of_labels_in_other_scripts() -> None:
    """Letters of every script stay in identifiers; marks that form letters do too."""
    text = "concepts: [Bücher, 日本, हिन्दी, 'Ce  n''est: pas', ★]"
    ids = [c.id for c in parse_taxonomy(text)]
    assert ids == ["bücher", "日本", "हिन्दी", "ce-n-est-pas", "★"]


@pytest.mark.parametrize("named", ["People", "people", "Who > People", "who/people"])
def test_further_broader_concepts(named: str) -> None:
    """A concept has several broader ones, named by label, path or id; the first gives the path."""
    text = f"""\
concepts:
  Who:
    narrower: [People]
  Animals:
    narrower:
      Cat: {{broader: [{named}]}}
"""
    cat = parse_taxonomy(text)["animals/cat"]
    assert cat.broader == ("animals", "who/people")


def test_labels_are_tidied() -> None:
    """Spaces around and between, and decomposed accents as macOS types them, do not matter."""
    taxonomy = parse_taxonomy('concepts:\n  "  Cafe\u0301   au lait ": {}\n')
    assert taxonomy.path(next(iter(taxonomy)).id) == ("Café au lait",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_of_text_editors(tmp_path: Path, encoding: str, newline: str) -> None:
    """UTF-8 with and without mark, and UTF-16 as Windows programs save it."""
    path = tmp_path / "kinder.yaml"
    path.write_bytes("concepts:\n  Mädchen:\n".replace("\n", newline).encode(encoding))
    taxonomy = load_taxonomy(path)
    assert taxonomy.name == "kinder"
    assert [c.id for c in taxonomy] == ["mädchen"]


def test_deep_hierarchies_need_no_recursion() -> None:
    """As many levels as are allowed are read."""
    lines = ["concepts:"]
    for level in range(32):
        lines += [f"{'  ' * (2 * level + 1)}L{level}:", f"{'  ' * (2 * level + 2)}narrower:"]
    taxonomy = parse_taxonomy("\n".join(lines))
    assert len(taxonomy.path(list(taxonomy)[-1].id)) == 32


def test_a_taxonomy_made_by_hand_is_checked() -> None:
    """Repeated identifiers, missing broader ones, cycles and nameless concepts are refused."""
    a, b = Concept("a", {"en": "A"}, broader=("b",)), Concept("b", {"en": "B"}, broader=("a",))
    for concepts in ([a, a], [a], [a, b], [Concept("x", {})]):
        with pytest.raises(TaxonomyError):
            Taxonomy("made", "en", concepts)


def test_kinds_are_inherited_along_the_path() -> None:
    """A narrower concept takes the kinds of the nearest broader one that says any."""
    text = "concepts:\n  A: {kinds: colour, narrower: {B: {narrower: [C]}, D: {kinds: [mood]}}}\n"
    taxonomy = parse_taxonomy(text)
    assert taxonomy.kinds("a/b/c") == {Kind.COLOUR}
    assert taxonomy.kinds("a/d") == {Kind.MOOD}


def test_ancestors_follow_every_broader_concept() -> None:
    """All paths to the top count, not just the one that hosts show."""
    text = "concepts:\n  A: {narrower: {B: {broader: D}}}\n  C: {narrower: [D]}\n"
    assert parse_taxonomy(text).ancestors("a/b") == {"a", "c", "c/d"}


def test_the_key_changes_with_everything_that_changes_mapping() -> None:
    """Labels, kinds, groups and language change the key; comments and line numbers do not."""
    key = parse_taxonomy(EXAMPLE).key
    assert parse_taxonomy("# a comment\n" + EXAMPLE).key == key
    for old, new in [("kitten", "kitty"), ("colour", "mood"), ("group: yes", ""), ("en", "it")]:
        assert parse_taxonomy(EXAMPLE.replace(old, new, 1)).key != key, new
