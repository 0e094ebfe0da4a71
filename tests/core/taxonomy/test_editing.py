"""Edits of a taxonomy file: what is asked for, and nothing else."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagwright.errors import TaxonomyError
from tagwright.taxonomy import Taxonomy, dump_taxonomy, parse_taxonomy
from tagwright.taxonomy.editing import add_alternatives, add_concept
from tagwright.taxonomy.labels import fold
from tagwright.taxonomy.samples import sample_text

from .test_properties import _ALTERNATIVES, _LABELS, taxonomies

FILE = """\
# My words, since 2019.
name: "Mine"
concepts:
    Animals:          # four spaces here
        narrower:
            - Cat
            - Dog:
                also: hound
    Places: {narrower: [Essen, "No"]}
    Beach:
"""


def _changed(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def test_a_label_joins_others() -> None:
    """One more in a list; the line is the only one that changes."""
    text = sample_text("family")
    edited = add_alternatives(text, "animals/cat", ["moggy"])
    assert len(_changed(text, edited)) == 2
    assert "moggy" in parse_taxonomy(edited)["animals/cat"].alternatives["en"]


@pytest.mark.parametrize(
    ("concept", "language", "line"),
    [
        ("animals/cat", None, "            - Cat: {also: [x]}"),
        ("animals/dog", None, "                also: [hound, x]"),
        ("animals/dog", "de", "                also: {en: hound, de: [x]}"),
        ("beach", None, "    Beach: {also: [x]}"),
        ("places/essen", None, '    Places: {narrower: [Essen: {also: [x]}, "No"]}'),
        ("places", "fr", '    Places: {narrower: [Essen, "No"], also: {fr: [x]}}'),
    ],
)
def test_a_concept_gets_a_label_wherever_it_stands(
    concept: str, language: str | None, line: str
) -> None:
    """In lists, behind keys, with or without a language: one line changes, no other."""
    edited = add_alternatives(FILE, concept, ["x"], language=language)
    changed = _changed(FILE, edited)
    assert ([one[0] for one in changed], changed[1][2:]) == (["-", "+"], line)


def test_labels_in_lines_of_their_own() -> None:
    """A list that a person wrote line by line goes on line by line, before the comments."""
    text = "concepts:\n  Dog:\n    also:\n    - hound  # ours\n\n  # the rest\n  Cat:\n"
    edited = add_alternatives(text, "dog", ["puppy", "b, c"])
    assert edited == text.replace("# ours\n", '# ours\n    - puppy\n    - "b, c"\n')


def test_a_label_that_is_there_changes_nothing() -> None:
    """However it is spelt."""
    assert add_alternatives(FILE, "animals/dog", ["HOUND", "dog"]) == FILE


def test_a_new_concept_below_another_or_at_the_top() -> None:
    """With its other labels, in the way that its place is written."""
    edited = add_concept(FILE, "Lyon", broader="places")
    assert '    Places: {narrower: [Essen, "No", Lyon]}' in edited.splitlines()
    edited = add_concept(FILE, "Horse", broader="animals", also=["pony", "a: b"])
    assert parse_taxonomy(edited)["animals/horse"].alternatives == {"en": ("pony", "a: b")}
    edited = add_concept(FILE, "Sea", broader="beach")
    assert parse_taxonomy(edited).path("beach/sea") == ("Beach", "Sea")
    assert _changed(FILE, add_concept(FILE, "Music")) == ["+     Music:"]


def test_what_is_there_is_not_made_twice() -> None:
    """The error names the one that is there."""
    with pytest.raises(TaxonomyError, match="Animals > Cat"):
        add_concept(FILE, "CAT", broader="animals")


@pytest.mark.parametrize("label", ["", "a/b", "a|b", "_Digikam_x"])
def test_labels_that_no_host_can_hold_are_refused(label: str) -> None:
    """The file would not be read again, so it is not written."""
    with pytest.raises(TaxonomyError):
        add_concept(FILE, label)


def test_line_ends_stay() -> None:
    """A file from Windows stays one."""
    text = FILE.replace("\n", "\r\n")
    assert add_concept(text, "Music") == text + "    Music:\r\n"


@settings(deadline=None)
@given(taxonomies(), st.data())
def test_any_file_can_grow(taxonomy: Taxonomy, data: st.DataObject) -> None:
    """An edit adds just what it says to a taxonomy, and the rest reads as before."""
    text = dump_taxonomy(taxonomy)
    before = {concept.id: concept for concept in parse_taxonomy(text)}
    target = data.draw(st.sampled_from(sorted(before)))
    label, name = data.draw(_ALTERNATIVES), data.draw(_LABELS)
    after = {one.id: one for one in parse_taxonomy(add_alternatives(text, target, [label]))}
    assert before.keys() == after.keys()
    labels = {fold(one) for some in after[target].alternatives.values() for one in some}
    assert fold(label) in labels | {fold(one) for one in after[target].labels.values()}
    siblings = parse_taxonomy(text).narrower(target)
    if fold(name) not in {fold(taxonomy.label(one)) for one in siblings}:
        assert len(parse_taxonomy(add_concept(text, name, broader=target))) == len(before) + 1
