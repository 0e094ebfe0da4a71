"""What must hold of every taxonomy and every text."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tagwright.taxonomy import InvalidTaxonomyError, Taxonomy, dump_taxonomy, parse_taxonomy
from tagwright.taxonomy.labels import fold

from .drawing import taxonomies


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
