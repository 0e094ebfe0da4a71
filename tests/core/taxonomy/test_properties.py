"""What must hold of every taxonomy and every text."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tagwright.model import Kind
from tagwright.taxonomy import (
    Concept,
    InvalidTaxonomyError,
    Taxonomy,
    dump_taxonomy,
    parse_taxonomy,
)
from tagwright.taxonomy.labels import fault, fold, host_fault, tidy

_TEXT = st.one_of(
    st.sampled_from(["No", "null", "~", "1e3", "a: b", "- x", "#x y", "ü, ß", "[a]", "{", "b\\c"]),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=60),
).map(tidy)
_ALTERNATIVES = _TEXT.filter(lambda label: fault(label) is None)
_LABELS = _ALTERNATIVES.filter(lambda label: host_fault(label) is None)
_NOTES = _TEXT.map(lambda text: " ".join(text.split())).filter(bool)
_URIS = st.sampled_from(["http://www.wikidata.org/entity/Q146", "urn:x:a#b", "https://e.org/ü"])
_LANGUAGES = st.sampled_from(["en", "de", "pt-BR", "zh-Hant"])
_OTHERS = _LANGUAGES.filter(lambda tag: tag != "en")


@st.composite
def taxonomies(draw: st.DrawFn) -> Taxonomy:
    """Draw a taxonomy as a file may hold it: broader concepts first, siblings unlike."""
    names = draw(st.lists(_LABELS, min_size=1, max_size=8, unique_by=fold))
    concepts: list[Concept] = []
    for number, name in enumerate(names):
        earlier = [concept.id for concept in concepts]
        parents = st.lists(st.sampled_from(earlier), max_size=2, unique=True)
        spelt = st.lists(_ALTERNATIVES, min_size=1, max_size=3, unique_by=fold).map(tuple)
        concepts.append(
            Concept(
                id=f"c{number}",
                labels={"en": name} | draw(st.dictionaries(_OTHERS, _LABELS, max_size=2)),
                alternatives=draw(st.dictionaries(_LANGUAGES, spelt, max_size=2)),
                broader=tuple(draw(parents)) if earlier else (),
                hidden=draw(st.dictionaries(_LANGUAGES, spelt, max_size=2)),
                notes=draw(st.dictionaries(_LANGUAGES, _NOTES, max_size=2)),
                matches=draw(st.lists(_URIS, max_size=2, unique=True).map(tuple)),
                kinds=frozenset(draw(st.sets(st.sampled_from(Kind), max_size=2))),
                group=draw(st.booleans()),
                closed=draw(st.booleans()),
                exclusive=draw(st.booleans()),
            )
        )
    return Taxonomy("drawn: yes", "en", concepts)


@given(taxonomies())
def test_what_is_dumped_is_read_again(taxonomy: Taxonomy) -> None:
    """Dumping and parsing is the identity, whatever the labels look like in YAML."""
    again = parse_taxonomy(dump_taxonomy(taxonomy))
    assert {c.id: replace(c, line=None) for c in again} == {c.id: c for c in taxonomy}
    assert (again.name, again.language) == (taxonomy.name, taxonomy.language)


@given(st.text(st.characters(codec="utf-8")))
@example("\u017f\u0307 -")
def test_folding_twice_is_folding_once(text: str) -> None:
    """A folded label is its own key, so that nothing folded is missed."""
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(codec="utf-8")))
def test_case_and_gaps_do_not_count(text: str) -> None:
    """Upper case, hyphens and underscores find the same label."""
    assert fold(text.lower()) == fold(text) or fold(text.upper()) == fold(text)
    assert fold(f"#{text.replace(' ', '_')}. ") == fold(text)


_SCRAPS = """\
A:@also:@narrower:@broader: A@labels: {@}@[@]@- @
@
  @
    @
      @\t@&a@*a@!x@x@,@? @'@: @#
"""


@settings(max_examples=300)
@given(st.lists(st.sampled_from(_SCRAPS.split("@")), max_size=30).map("".join))
def test_no_text_makes_anything_but_a_taxonomy_or_problems(text: str) -> None:
    """Whatever stands in a file, the answer is a taxonomy or a list with lines and cures."""
    with contextlib.suppress(InvalidTaxonomyError):
        for concept in parse_taxonomy("concepts:\n  " + text):
            assert concept.line is not None
