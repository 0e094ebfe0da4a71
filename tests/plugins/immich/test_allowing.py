"""``tagwright immich allow``."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tagwright.configuration import Configuration
from tagwright.errors import ConfigurationError
from tagwright.state import bars
from tagwright_plugins.cli.assembly import open_state
from tagwright_plugins.immich.allowing import run


@pytest.mark.parametrize("named", ["AI/Animals/Cat", "animals/cat", "CAT"])
def test_a_tag_is_named_as_it_shows(
    tmp_path: Path, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its path, below our root or without it, or by its last name; another is told."""
    told = {"state": tmp_path, "immich": {"root": "AI"}}
    configuration = Configuration.model_validate(told)
    with open_state(configuration) as state:
        asyncio.run(state.lane(lambda c: bars.raise_(c, "immich:main", "cat", ("Animals", "Cat"))))
    with pytest.raises(ConfigurationError, match=r"'Dog' is not kept out\. Kept out: Animals/Cat"):
        run(configuration, ["Dog"], None)
    assert run(configuration, [named], None) == 0
    assert "immich:main gets Animals/Cat again" in capsys.readouterr().out
    run(configuration, [], None)
    assert "No tag is kept out." in capsys.readouterr().out
