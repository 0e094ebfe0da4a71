"""Files to read vocabularies from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tagwright.taxonomy import InvalidTaxonomyError, Problem
from tagwright_adapters.vocabularies import read

DATA = Path(__file__).parent / "data"

Written = Callable[[str, "str | bytes"], Path]


@pytest.fixture
def data() -> Path:
    """The folder of vocabularies that others made; never write there."""
    return DATA


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write a file of a name and a content, text as UTF-8."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def refused() -> Callable[..., list[Problem]]:
    """Return the problems for which a file is refused."""

    def problems(path: Path, *, mending: bool = False) -> list[Problem]:
        with pytest.raises(InvalidTaxonomyError) as caught:
            read(path, mending=mending)
        for problem in caught.value.problems:
            assert problem.cure
            assert str(path) in problem.source
        return list(caught.value.problems)

    return problems
