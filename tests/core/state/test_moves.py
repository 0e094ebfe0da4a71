"""What an asset was called before."""

from __future__ import annotations

from pathlib import Path

from tagwright.model import AssetRef, Tag
from tagwright.ports import Receipt
from tagwright.state import Database, ledger, moves, queue, runs


def test_neither_file_of_a_shot_was_the_other(tmp_path: Path) -> None:
    """They count as the same content; each inherits what is known of its own like."""
    database = Database(tmp_path / "t.db")
    receipt = Receipt((Tag("cat", ("Cat",)),), (), ())
    with database.begin() as c:
        run = runs.begin(c, "tag", "me", {})
        for name in ("/old/a.nef", "/old/a.JPG", "/new/a.jpeg", "/new/a.NEF"):
            asset = queue.enter(c, AssetRef("files", name), 1, 1)
            queue.set_content_key(c, asset, "key")
            if name.startswith("/old/"):
                ledger.intend(c, run, asset, receipt)
                continue
            found = [str(ref) for _, ref in moves.earlier(c, asset, "key", "files")]
            assert found == ["/old/a.JPG" if name.endswith("jpeg") else "/old/a.nef"]
    database.close()
