"""What holds for whatever a service says."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tagwright.model import Kind, Observation
from tagwright.taxonomy.labels import fold
from tagwright_adapters.label_services.failures import wait_asked_for
from tagwright_adapters.label_services.findings import (
    caption,
    observed,
    observed_colours,
    observed_text,
    strongest,
)

floats = st.floats(allow_nan=True, allow_infinity=True)


@given(st.text(), floats, st.text(), st.lists(st.text()))
def test_observations_are_bounded(
    label: str, confidence: float, how: str, synonyms: list[str]
) -> None:
    """Short, without control characters, with a confidence; or nothing at all."""
    for one in observed(label, confidence, Kind.OTHER, how, synonyms=synonyms):
        for text in (one.label, one.how, *one.synonyms):
            assert len(text) <= 200
            assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in text)
        assert fold(one.label)
        assert fold(one.label) not in map(fold, one.synonyms)


@given(
    st.lists(
        st.builds(
            Observation,
            st.sampled_from(("Cat", "cat", "Dog")),
            st.floats(0, 1),
            st.sampled_from((Kind.OTHER, Kind.OBJECT)),
        )
    ),
    st.floats(0, 1),
    st.integers(1, 5),
)
def test_each_thing_is_said_once(found: list[Observation], least: float, most: int) -> None:
    """By its surest observation, in the order of sureness, whatever the order before."""
    kept = strongest(found, least, most)
    assert kept == strongest(reversed(found), least, most)
    assert len(kept) <= most
    assert [one.confidence for one in kept] == sorted((o.confidence for o in kept), reverse=True)
    for one in kept:
        same = [o for o in found if (fold(o.label), o.kind) == (fold(one.label), one.kind)]
        assert one.confidence == max(o.confidence for o in same) >= least
    assert len({(fold(one.label), one.kind) for one in kept}) == len(kept)


@given(st.lists(st.tuples(floats, floats, floats, floats)), st.text(), st.text())
def test_colours_texts_and_captions_never_fail(
    colours: list[tuple[float, float, float, float]], text: str, title: str
) -> None:
    """They are bounded too."""
    assert all(one.kind is Kind.COLOUR for one in observed_colours(colours))
    assert all(one.label == "text" and len(one.how) < 500 for one in observed_text(text, "A"))
    said = caption(title)
    assert said is None or 0 < len(said) <= 1_000


@given(st.text(max_size=40))
def test_wait_is_a_number_or_unknown(value: str) -> None:
    """Whatever stands in Retry-After."""
    wait = wait_asked_for({"retry-after": value})
    assert wait is None or 0 <= wait < float("inf")
