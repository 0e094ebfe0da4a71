"""Joining a person's keywords and ours: rules that hold for whatever a person has typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwright.model import Tag
from tagwright_adapters.xmp import plan
from tagwright_adapters.xmp.digikam import by_pipe, by_slash, by_tagslist
from tagwright_adapters.xmp.fields import Fields
from tagwright_adapters.xmp.iptc import Iptc

XML_TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=8,
)
ENTRY = st.one_of(XML_TEXT, st.sampled_from(["A/B", "A|B", "B", "/", "//", " ", "AC/DC"]))
ENTRIES = st.lists(ENTRY, max_size=5).map(tuple)
LABEL = st.one_of(st.sampled_from(["A", "B", "Beach", "Ä b"]), XML_TEXT).filter(plan.is_writable)
PATH = st.lists(LABEL, min_size=1, max_size=3).map(tuple)
IPTC = st.one_of(
    st.none(),
    st.builds(Iptc, ENTRIES, st.just(()), st.booleans(), st.booleans()),
)


@st.composite
def situations(
    draw: st.DrawFn,
) -> tuple[Fields, tuple[tuple[str, ...], ...], list[tuple[str, ...]], Iptc | None]:
    """Fields, what digiKam reads from one of them, new paths, IPTC."""
    iptc = draw(IPTC)
    fields = Fields(draw(ENTRIES), draw(ENTRIES), draw(ENTRIES), iptc.keywords if iptc else None)
    decoded = draw(
        st.sampled_from(
            [map(by_tagslist, fields.tagslist), map(by_pipe, fields.lr), map(by_slash, fields.dc)]
        )
    )
    seen = tuple(dict.fromkeys(path for path in decoded if path))
    new = draw(st.lists(PATH, max_size=4, unique=True))
    return fields, seen, [path for path in new if path not in seen], iptc


def joined(now: Fields, gains: plan.Additions) -> Fields:
    """Append as exiftool does."""
    iptc = None if now.iptc is None else now.iptc + gains.iptc
    return Fields(now.tagslist + gains.tagslist, now.lr + gains.lr, now.dc + gains.dc, iptc)


@given(situations())
def test_every_tag_seen_before_and_every_new_one_is_seen_afterwards(situation) -> None:  # type: ignore[no-untyped-def]
    """digiKam reads TagsList once it has entries; nothing may vanish behind it."""
    now, seen, new, iptc = situation
    after = joined(now, plan.add(now, seen, new, iptc))
    if new:
        assert {*seen, *new} <= {by_tagslist(entry) for entry in after.tagslist}
        assert set(new) <= {by_pipe(entry) for entry in after.lr}
        flat = {known for entry in after.dc for known in (entry, entry.replace("/", "\\"))}
        paths = {by_slash(entry) for entry in after.dc}
        assert all(path[-1] in flat or path in paths or path[-1:] in paths for path in new)


@given(situations())
def test_adding_is_idempotent(situation) -> None:  # type: ignore[no-untyped-def]
    """What was added is there, so the same again adds nothing."""
    now, seen, new, iptc = situation
    after = joined(now, plan.add(now, seen, new, iptc))
    again = plan.add(after, tuple(dict.fromkeys((*seen, *new))), new, iptc)
    assert (again.tagslist, again.lr, again.dc, again.iptc) == ((), (), (), ())


@given(situations())
def test_nothing_new_changes_nothing(situation) -> None:  # type: ignore[no-untyped-def]
    """Without a new tag the photo is left alone, however odd its fields are."""
    now, seen, _, iptc = situation
    assert plan.add(now, seen, [], iptc) == plan.Additions()


@given(situations())
def test_no_entry_is_added_twice(situation) -> None:  # type: ignore[no-untyped-def]
    """Neither beside a person's own nor beside ours."""
    now, seen, new, iptc = situation
    gains = plan.add(now, seen, new, iptc)
    for name in ("tagslist", "lr", "dc", "iptc"):
        assert len(set(gains[name])) == len(gains[name])
        assert not set(gains[name]) & set(now[name])


@given(situations())
def test_iptc_gets_only_what_it_can_hold(situation) -> None:  # type: ignore[no-untyped-def]
    """No keyword is cut at 64 bytes or spelt with question marks."""
    now, seen, new, iptc = situation
    gains = plan.add(now, seen, new, iptc)
    assert all(iptc and iptc.holds(entry) for entry in gains.iptc)
    if iptc:
        unfit = [path for path in new if not iptc.holds(path[-1])]
        assert len([text for text in gains.warnings if "IPTC, which" in text]) == len(unfit)


def test_a_persons_flat_keyword_is_not_repeated() -> None:
    """A flat "Beach" stays alone in dc, and does not stand for Places/Beach."""
    now = Fields(dc=("Beach", "Holiday"))
    gains = plan.add(now, (("Beach",), ("Holiday",)), [("Places", "Beach")], None)
    assert gains.dc == ()
    assert gains.tagslist == ("Beach", "Holiday", "Places/Beach")
    assert gains.lr == ("Beach", "Holiday", "Places|Beach")


def test_slashes_in_a_persons_names_are_understood_as_digikam_does() -> None:
    """Lightroom's "AC/DC live" is digiKam's "AC\\DC live"; neither field repeats it."""
    now = Fields(lr=("Music|AC/DC live",), dc=("AC/DC live",))
    gains = plan.add(now, (("Music", "AC\\DC live"),), [("Sun",)], None)
    assert gains.tagslist == ("Music/AC\\DC live", "Sun")
    assert gains.lr == ("Sun",)
    assert gains.dc == ("Sun",)


def test_a_keyword_that_xml_cannot_hold_stays_where_it_is() -> None:
    """A control character in IPTC is a person's affair; it is not spread."""
    iptc = Iptc(("a\x01b",), (), True, True)
    gains = plan.add(Fields(iptc=iptc.keywords), (("a\x01b",),), [("Sun",)], iptc)
    assert gains.tagslist == ("Sun",)
    assert len(gains.warnings) == 1


@pytest.mark.parametrize(
    "label",
    [
        "",
        " a",
        "a ",
        "a/b",
        "a|b",
        "a\nb",
        "a\0b",
        "a\x85b",
        "\ud800",
        "\ufffe",
        "_Digikam_Internal_Tags_",
    ],
)
def test_labels_that_readers_would_take_for_something_else(label: str) -> None:
    """They are refused upstream, and here again."""
    assert not plan.is_writable(label)


def test_a_path_counts_once() -> None:
    """Two concepts may have one path; the host shows one tag."""
    tags = [Tag("a", ("X",)), Tag("b", ("X",)), Tag("c", ("Y",))]
    new, there = plan.split(tags, [("Y",)])
    assert [tag.path for tag in new] == [("X",)]
    assert [tag.path for tag in there] == [("Y",)]
