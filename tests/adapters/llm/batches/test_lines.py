"""Lines of JSON from anywhere, however they are cut on the way."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from hypothesis import given
from hypothesis import strategies as st

from tagwright_adapters.llm.batches.lines import objects

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(JSON | st.binary(max_size=20), max_size=8), st.lists(st.integers(1, 40)))
async def test_all_objects_come_out_whatever_stands_between(
    contents: list[object], cuts: list[int]
) -> None:
    """In order; what is no object is left out, and nothing raises."""
    lines = [c if isinstance(c, bytes) else json.dumps(c).encode() for c in contents]
    data = b"\n".join(line.replace(b"\n", b"") for line in lines)

    async def chunks() -> AsyncIterator[bytes]:
        rest = data
        for size in cuts:
            yield rest[:size]
            rest = rest[size:]
        yield rest

    wanted = [one for one in contents if isinstance(one, dict)]
    assert [one async for one in objects(chunks()) if one in wanted] == wanted
