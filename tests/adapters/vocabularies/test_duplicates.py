"""Labels that are probably one."""

from __future__ import annotations

import random
import time

import pytest

from tagwright_adapters.vocabularies.duplicates import likely_duplicates


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ({"cat": 412, "cats": 3}, [("cat", "cats", "singular and plural")]),
        ({"berries": 40, "berry": 2}, [("berries", "berry", "singular and plural")]),
        ({"blume": 9, "blumen": 9}, [("blume", "blumen", "singular and plural")]),
        ({"beach": 412, "baech": 3}, [("beach", "baech", "the second looks misspelt")]),
        (
            {"christmas": 50, "chrismas": 1},
            [("christmas", "chrismas", "the second looks misspelt")],
        ),
        ({"new york": 70, "new yrok": 1}, [("new york", "new yrok", "the second looks misspelt")]),
        ({"castle": 40, "cattle": 12}, []),  # both are used: two words
        ({"beach": 400, "peach": 1}, []),  # nobody slips at the first letter
        ({"cat": 400, "car": 1}, []),  # too short to tell
        ({"2019 tour": 400, "2018 tour": 1}, []),  # numbers are no slips
        ({"as": 5, "ass": 1}, []),
        ({"beach": 0, "baech": 0}, []),  # headings on no photo
    ],
)
def test_pairs(uses: dict[str, int], expected: list[tuple[str, str, str]]) -> None:
    """The label that is used more comes first; what is no likely duplicate is not named."""
    assert list(likely_duplicates(uses)) == expected
    assert list(likely_duplicates(dict(reversed(uses.items())))) in (
        expected,
        [(two, one, why) for one, two, why in expected if uses[one] == uses[two]],
    )


def test_a_large_vocabulary() -> None:
    """Ten thousand labels take seconds and not minutes."""
    source = random.Random(7)
    words = {
        "".join(source.choices("abcdefghijklmnop", k=source.randint(5, 12))) for _ in range(10_000)
    }
    begun = time.process_time()
    list(likely_duplicates({word: source.randint(1, 100) for word in words}))
    assert time.process_time() - begun < 10
