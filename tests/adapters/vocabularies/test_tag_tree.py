"""What must hold of every tree of tags."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tagwright.taxonomy import dump_taxonomy, parse_taxonomy
from tagwright.taxonomy.labels import fault, fold, host_fault
from tagwright_adapters.vocabularies.counting import dump_counted
from tagwright_adapters.vocabularies.naming import mended
from tagwright_adapters.vocabularies.tag_tree import TagTree

_ODD = [
    "No",
    "~",
    "a: b",
    "- x",
    "#x",
    "? y",
    "C++",
    "C#",
    "C",
    " a",
    "A",
    "\uff41",
    "é",
    "e\u0301",
    "a|b",
]
_NAMES = st.one_of(
    st.sampled_from(_ODD), st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
)
_PATHS = st.lists(_NAMES, min_size=1, max_size=4).map(tuple)
_Tags = list[tuple[tuple[str, ...], int]]
_TAGS = st.lists(st.tuples(_PATHS, st.integers(0, 500)), min_size=1, max_size=25)


def tree_of(tags: _Tags) -> TagTree:
    """Return a tree of tags with counts."""
    tree = TagTree("tests")
    for path, photos in tags:
        tree.add(path, photos)
    return tree


@given(_TAGS)
def test_every_tree_is_a_taxonomy_file(tags: _Tags) -> None:
    """Whatever tags are called, the taxonomy can be written and is read again the same."""
    imported = tree_of(tags).build("drawn", "en")
    if not len(imported.taxonomy):
        return
    for text in (dump_taxonomy(imported.taxonomy), dump_counted(imported)):
        again = parse_taxonomy(text)
        assert {c.id: replace(c, line=None) for c in again} == {c.id: c for c in imported.taxonomy}
    assert all(remark.message and remark.cure for remark in imported.warnings)


@given(_TAGS.flatmap(lambda tags: st.tuples(st.just(tags), st.permutations(tags))))
def test_order_does_not_count(orders: tuple[_Tags, _Tags]) -> None:
    """The concepts and their counts are the same in whatever order tags come."""
    built = []
    for tags in orders:
        imported = tree_of(tags).build("drawn", "en")
        paths = [tuple(map(fold, imported.taxonomy.path(c.id))) for c in imported.taxonomy]
        built.append(dict(zip(paths, imported.photos.values(), strict=True)))
    assert built[0] == built[1]


@given(st.text(max_size=300))
def test_a_mended_name_is_a_label(name: str) -> None:
    """Mending gives a label that hosts hold, and changes none that is one."""
    label = mended(name)
    if label is not None:
        assert fault(label) is None
        assert host_fault(label) is None
        assert mended(label) == label


def test_labels_that_make_one_identifier() -> None:
    """Identifiers are told apart, and short enough for a file."""
    tree = TagTree("tests")
    for language in ("C++", "C+", "C-C", "C.C", "x" * 190 + "&", "x" * 190 + "%"):
        tree.add(("Long " + "y" * 100, language))
    taxonomy = tree.build("drawn", "en").taxonomy
    assert len({concept.id for concept in taxonomy}) == 7
    assert parse_taxonomy(dump_taxonomy(taxonomy)).key == taxonomy.key


def test_fewer_photos() -> None:
    """Tags on few photos go, unless what is below them stays; that is said."""
    counts = {("A",): 1, ("A", "B"): 5, ("A", "C"): 2, ("D",): 1, ("E",): 9}
    tree = tree_of(list(counts.items()))
    tree.keep(3)
    imported = tree.build("drawn", "en")
    assert list(imported.photos) == ["a", "a/b", "e"]
    assert [remark.message for remark in imported.warnings] == [
        "what is on fewer than 3 photos is left out: 2 of 5 tags"
    ]
