"""How flat keywords and paths become one tree."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tagwright.taxonomy.labels import fold
from tagwright_adapters.vocabularies.keywords import Keywords

_NAMES = st.sampled_from(["Sea", "sea", "Coast", "Places", "Trips", "Spain", "Spanish", "SPAIN"])
_COUNTS = st.dictionaries(
    st.lists(_NAMES, min_size=1, max_size=3).map(tuple), st.integers(1, 500), max_size=12
)


@given(_COUNTS)
def test_no_keyword_is_lost(counts: dict[tuple[str, ...], int]) -> None:
    """Every photo counts once for each of its keywords, wherever the keyword went."""
    imported = Keywords(counts).tree(1).build("drawn", "en")
    assert sum(imported.photos.values()) == sum(counts.values())


@given(_COUNTS)
def test_a_flat_keyword_stands_alone_only_for_a_reason(counts: dict[tuple[str, ...], int]) -> None:
    """At the top is what was there in a path, what no path has, and what several have."""
    taxonomy = Keywords(counts).tree(1).build("drawn", "en").taxonomy
    tops = {fold(path[0]) for path in counts if len(path) > 1}
    below: dict[str, set[tuple[str, ...]]] = {}
    for path in counts:
        for depth in range(2, len(path) + 1):
            folded = tuple(map(fold, path[:depth]))
            below.setdefault(folded[-1], set()).add(folded)
    for top in taxonomy.narrower():
        label = fold(taxonomy.label(top))
        assert label in tops or len(below.get(label, ())) != 1
