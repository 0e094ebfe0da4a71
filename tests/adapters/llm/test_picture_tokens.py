"""Tokens of pictures, as makers publish them and as users were billed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwright_adapters.llm.picture_tokens import estimate_picture_tokens


@pytest.mark.parametrize(
    ("model", "width", "height", "tokens"),
    [
        ("gpt-4o", 1_024, 1_024, 765),
        ("gpt-4o", 2_048, 4_096, 1_105),
        ("gpt-4.1", 128, 64, 255),
        ("gpt-4o-mini", 128, 64, 8_500),
        ("openai/gpt-4o-mini", 750, 500, 14_167),
        ("gpt-4.1-mini", 128, 64, 13),
        ("gpt-4.1-mini", 4_000, 4_000, 2_488),
        ("claude-haiku-4-5", 1_000, 1_000, 1_333),
        ("google/gemini-2.5-flash", 300, 300, 258),
        ("gemini-2.5-flash", 960, 540, 1_548),
        ("llama3.2-vision", 280, 280, 100),
    ],
)
def test_published_examples(model: str, width: int, height: int, tokens: int) -> None:
    """Within a token of rounding."""
    assert estimate_picture_tokens(model, width, height) == pytest.approx(tokens, abs=1)


@given(
    st.sampled_from(["gpt-4o", "gpt-5-mini", "claude-x", "gemini-x", "any"]),
    st.integers(1, 20_000),
    st.integers(1, 20_000),
)
def test_any_size_has_an_estimate(model: str, width: int, height: int) -> None:
    """No picture is free of tokens by a fault in the formula, none is without end."""
    assert estimate_picture_tokens(model, width, height) >= 0
