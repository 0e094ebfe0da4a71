"""``tagwright digikam review``."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.adapters.digikam.making import add_root, make_database, make_settings
from tests.plugins.review_page.shoot import paint, serve, tag

from tagwright.configuration import load
from tagwright_plugins.review_page.run import Serving, run

SEEN = {"a cat's.jpg": {"Cat": 0.5}, "other.jpg": {"Cat": 0.6, "Beach": 0.6}}


async def test_only_what_was_selected(tmp_path: Path) -> None:
    """The page is about those photos, until somebody asks for more."""
    folder = tmp_path / "album"
    paint(folder, list(SEEN))
    await tag(tmp_path, folder, SEEN)
    add_root(make_database(tmp_path / "digikam4.db"), f"volumeid:?path={folder}")
    rc = make_settings(tmp_path / "digikamrc", str(tmp_path))
    words = ("digikam", "review", f"--database={rc}")
    served = serve(tmp_path, "--", str(folder / "a cat's.jpg"), words=words)
    try:
        page = served.get("/")
        assert "Only the photos that you selected." in page
        assert "1 suggestion in 1 group" in page
        assert "3 suggestions in 2 groups" in served.get("/?folder=/")
    finally:
        served.kill()


def test_it_ends_when_nobody_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody sees it run who could end it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    configuration, _ = load(None, {"state": tmp_path / "state"})
    serving = Serving("127.0.0.1", 0, open=False, new_token=False, query="", config=None, idle=0.1)
    assert run(configuration, serving) == 0
