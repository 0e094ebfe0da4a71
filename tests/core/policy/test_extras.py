"""Captions, ratings and albums that rules set."""

from __future__ import annotations

import unicodedata
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.policy.making import TAXONOMY, at, candidate

from tagwright.captions import MOST_CHARACTERS, plain
from tagwright.model import Extra, ExtraField
from tagwright.policy import Policy, Rule, Then, Verdict, When, decide

CAPTION, RATING, ALBUM = ExtraField.CAPTION, ExtraField.RATING, ExtraField.ALBUM
ALWAYS = When(folders=("here",))


def decided(
    *thens: Then, when: When = ALWAYS, caption: str | None = None, **more: object
) -> Verdict:
    """Decide on a photo of a cat by rules without conditions, called 1, 2, …"""
    rules = tuple(Rule(str(n), when, then) for n, then in zip(count(1), thens, strict=False))
    seen = [candidate("animals/cat", 0.6)]
    policy = Policy(rules=rules)
    return decide(seen, TAXONOMY, policy, facts=at("2023-12-24", "here"), caption=caption, **more)  # type: ignore[arg-type]  # holds


def test_each_kind_is_set_and_said() -> None:
    """Sorted, with a note on the rule's firing."""
    verdict = decided(Then(caption="At home", rating=4, albums=("Home", "Cats")))
    assert verdict.extras == (
        Extra(ALBUM, "Cats"),
        Extra(ALBUM, "Home"),
        Extra(CAPTION, "At home"),
        Extra(RATING, "4"),
    )
    assert verdict.fired[0].notes == (
        "sets caption At home",
        "sets rating 4",
        "sets album Home",
        "sets album Cats",
    )


def test_the_first_rule_has_its_way() -> None:
    """The second one says so; albums add up, and the same value is no conflict."""
    verdict = decided(
        Then(caption="One", rating=2, albums=("A",)), Then(caption="Two", rating=2, albums=("B",))
    )
    assert [one.value for one in verdict.extras] == ["A", "B", "One", "2"]
    assert verdict.fired[1].notes == (
        "not set: caption Two; rule '1' came first",
        "sets rating 2",
        "sets album B",
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [("a cat", "Home: a cat"), (" a\ncat\x00 ", "Home: a cat"), ("{caption}", None), (None, None)],
)
def test_the_placeholder_is_what_a_tagger_said(said: str | None, expected: str | None) -> None:
    """As one clean line; without one, nothing is set."""
    verdict = decided(Then(caption="Home: {caption}"), caption=said)
    assert [one.value for one in verdict.extras] == ([expected] if expected else [])
    if said is None:
        assert verdict.fired[0].notes[0].endswith("no tagger gave a caption")


def test_a_reason_that_waits_for_review_sets_nothing() -> None:
    """There is no review of captions."""
    verdict = decided(Then(rating=3, albums=("A",)), when=When(all=("animals/cat",)))
    assert verdict.extras == ()
    assert verdict.fired[0].notes[0] == "not set: rating 3; what the rule goes by waits for review"


def test_what_the_library_cannot_hold_is_not_set() -> None:
    """And the firing says so."""
    verdict = decided(Then(rating=3, albums=("A",)), holds=[RATING, CAPTION])
    assert verdict.extras == (Extra(RATING, "3"),)
    assert verdict.fired[0].notes[1] == "not set: album A; this library has no albums"


def test_a_photo_that_is_left_alone_gets_nothing() -> None:
    """Whatever fired before."""
    verdict = decided(Then(rating=3), Then(leave_alone=True, caption="x"))
    assert verdict.extras == ()
    assert [one.notes for one in verdict.fired] == [(), ()]


_THENS = st.lists(
    st.builds(
        Then,
        caption=st.sampled_from(["", "x", "y {caption}", "{caption}"]) | st.text(max_size=5),
        rating=st.integers(0, 5),
        albums=st.lists(st.sampled_from("ABC"), max_size=2).map(tuple),
        leave_alone=st.sampled_from([False] * 9 + [True]),
    ),
    max_size=4,
)


@given(_THENS, st.none() | st.text(), st.frozensets(st.sampled_from(ExtraField)))
def test_the_bounds_hold(
    thens: list[Then], caption: str | None, holds: frozenset[ExtraField]
) -> None:
    """One caption and one rating at most, each album once, only what the library holds."""
    extras = decided(*thens, caption=caption, holds=holds).extras
    assert {one.field for one in extras} <= holds
    assert len(set(extras)) == len(extras)
    assert sum(one.field is CAPTION for one in extras) <= 1
    assert all(one.value in "12345" for one in extras if one.field is RATING)
    assert sum(one.field is RATING for one in extras) <= 1
    assert all(one.value == plain(one.value) for one in extras if one.field is CAPTION)
    assert extras == decided(*thens, caption=caption, holds=holds).extras


@given(st.text() | st.text(min_size=1, max_size=9).map(lambda text: text * MOST_CHARACTERS))
def test_a_plain_caption_is_one_line_of_bounded_length(text: str) -> None:
    """Nothing in it that XML could not hold; and made plain again, it is the same."""
    found = plain(text)
    assert plain(found) == found
    assert len(found) <= MOST_CHARACTERS
    assert not any(unicodedata.category(one) in ("Cc", "Cs") for one in found)
