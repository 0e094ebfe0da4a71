"""Policy and rules as a person sees them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

RULES = """
taxonomy = "mine.yaml"
[policy]
noise_photos = 2
[[rule]]
name = "Film"
when.folders = ["*/album/deep/*"]
then.add = ["Black and white"]
[[rule]]
name = "Hands off"
when.none = ["Black and white"]
then.leave_alone = true
"""


def test_a_dry_run_shows_each_firing(tagwright: Any, album: Path, tmp_path: Path) -> None:
    """In the reasons for people, and as data for scripts; no photo is touched."""
    (tmp_path / "tagwright.toml").write_text(RULES, encoding="utf-8")
    before = {path: path.read_bytes() for path in album.rglob("*.jpg")}
    done = tagwright("tag", "album", "--dry-run", "--explain")
    assert done.code == 0, done.err
    assert "(added 'Black and white'; rule 'Film': folder */album/deep/*; 1.00 by rule:" in done.out
    assert "rule      Film: folder */album/deep/*" in done.out
    assert "rule      Hands off" in done.out
    found = {
        Path(o["path"]).name: o
        for o in tagwright("tag", "album", "--dry-run", "--json").objects[:-1]
    }
    assert found["photographer-bw.jpg"]["rules"] == [
        {"rule": "Film", "because": "folder */album/deep/*", "notes": []}
    ]
    assert found["coffee.jpg"]["written"] == []
    assert {path: path.read_bytes() for path in album.rglob("*.jpg")} == before


def test_a_rule_that_cannot_be_ends_the_run_before_it_begins(
    tagwright: Any, album: Path, tmp_path: Path
) -> None:
    """With file, rule and cure; doctor says the same."""
    text = RULES.replace('add = ["Black and white"]', 'add = ["Black and wite"]')
    (tmp_path / "tagwright.toml").write_text(text, encoding="utf-8")
    done = tagwright("tag", "album")
    assert done.code == 2
    assert "tagwright.toml: rule 'Film': then.add: the taxonomy 'Test' has no concept" in done.err
    assert "Did you mean 'Style > Black and white'?" in done.err
    assert "rule 'Film': then.add" in tagwright("doctor").out


def test_status_points_out_noise(tagwright: Any, album: Path, tmp_path: Path) -> None:
    """A tag on most photos finds nothing; it is flagged and not dropped."""
    (tmp_path / "tagwright.toml").write_text(RULES, encoding="utf-8")
    assert tagwright("tag", "album").code == 0
    done = tagwright("status")
    assert "Style/Black and white is on 67% of 3 photos: it finds nothing" in done.out
    assert tagwright("status", "--json").objects[0]["noise"] == {"style/black-and-white": 2}
    quiet = {"TAGWRIGHT_POLICY__NOISE": "0.7"}
    assert "finds nothing" not in tagwright("status", env=quiet).out
    (tmp_path / "mine.yaml").write_text("concepts: [", encoding="utf-8")
    assert "style/black-and-white is on 67%" in tagwright("status").out
