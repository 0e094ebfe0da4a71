"""Which folders, tags and names an entry means."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tagwright.errors import ConfigurationError
from tagwright.privacy import Pattern

COVERED = [
    ("Taxes", "home/anna/Taxes"),
    ("taxes", "home/anna/TAXES/2023"),
    ("Taxes", "Taxes "),
    (" Taxes/ ", "a/Taxes"),
    ("**/Medical/**", "Pictures/Medical"),
    ("**/Medical/**", "Pictures/Medical/knee/2024"),
    ("Medical/**", "Medical"),
    ("Family/Private", "x/family/private/y"),
    ("Family/**/Private", "Family/a/b/Private"),
    ("Family/**/Private", "Family/Private"),
    ("Tax*", "x/Taxes 2023"),
    ("20??/Tax[ae]s", "2023/Taxas"),
    ("/home/*/Private", "home/anna/Private/x"),
    ("./Private", "Private"),
    ("[Private]", "[private]"),
    ("100%", "100%"),
    ("a+(b|c)", "A+(B|C)"),
    ("Straße", "STRASSE"),
    ("Kap\N{LATIN SMALL LETTER DOTLESS I}", "KAPI"),
    ("\N{LATIN SMALL LETTER O WITH DIAERESIS}", "o\N{COMBINING DIAERESIS}"),
    ("**", ""),
    ("*", "anything"),
]
PASSED = [
    ("Taxes", "Taxes2"),
    ("Taxes", ""),
    ("Family/Private", "Family/x/Private"),
    ("/Private", "home/Private"),
    ("Tax?", "Tax"),
    (".*", "anything"),
    ("a.c", "abc"),
    ("(a|b)", "a"),
]


@pytest.mark.parametrize(("entry", "path"), COVERED)
def test_what_an_entry_covers(entry: str, path: str) -> None:
    """The name itself at any level, and all below it, in any spelling."""
    assert Pattern(entry).covers(path.split("/") if path else [])


@pytest.mark.parametrize(("entry", "path"), PASSED)
def test_what_it_does_not(entry: str, path: str) -> None:
    """Parts of names, regular expressions, other places."""
    assert not Pattern(entry).covers(path.split("/") if path else [])


@pytest.mark.parametrize("entry", ["", "  ", "/", "//", "./.", "..", "Taxes/..", "\u00a0"])
def test_an_entry_that_names_nothing_is_an_error(entry: str) -> None:
    """A fence that cannot hold must not pass for one."""
    with pytest.raises(ConfigurationError, match="names nothing"):
        Pattern(entry)


def test_many_stars_take_no_time() -> None:
    """Neither in a name nor as names."""
    assert not Pattern("*a" * 40 + "b").covers(["a" * 5_000])
    assert not Pattern("**/x/" * 30 + "y").covers(["x"] * 500)


NAMES = st.text(
    st.characters(exclude_characters="/|*?[", exclude_categories=["C", "Z"]), min_size=1, max_size=8
)
SPELLINGS = (
    str.upper,
    str.lower,
    str.swapcase,
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: unicodedata.normalize("NFC", name.upper()),
    lambda name: f" {name} ",
)


@given(
    NAMES,
    st.sampled_from(SPELLINGS),
    st.sampled_from(SPELLINGS),
    st.lists(NAMES, max_size=3),
    st.lists(NAMES, max_size=3),
)
def test_any_spelling_of_a_name_is_that_name(
    name: str, typed: object, listed: object, above: list[str], below: list[str]
) -> None:
    """As a person types it, and as a file system lists it, wherever it stands."""
    assume(name.strip() not in (".", ".."))
    assert Pattern(typed(name)).covers([*above, listed(name), *below])  # type: ignore[operator]
