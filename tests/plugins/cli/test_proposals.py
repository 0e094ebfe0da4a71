"""``tagwright taxonomy proposals`` as a person runs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import TAXONOMY, Done

Tagwright = Callable[..., Done]
Read = Callable[..., dict[str, Any]]


@pytest.fixture
def tagged(tagwright: Tagwright, album: Path) -> Path:
    """An album that was tagged with the small vocabulary, which lacks much of what was said."""
    assert tagwright("tag", album, "--taxonomy", "mine.yaml").code == 0
    return album


def _proposed(tagwright: Tagwright, *options: str) -> list[str]:
    done = tagwright("taxonomy", "proposals", "--taxonomy", "mine.yaml", "--json", *options)
    assert done.code == 0, done.err
    return [row["label"] for row in done.objects]


def test_what_no_concept_covers_is_listed(tagwright: Tagwright, tagged: Path) -> None:
    """With the number of photos and examples; what has a concept is not."""
    done = tagwright("taxonomy", "proposals", "--taxonomy", "mine.yaml")
    first, example, *_ = done.out.splitlines()
    assert first.split()[:2] == ["square", "2"]
    assert Path(example.strip()).name in {"grass-bw.jpg", "photographer-bw.jpg"}
    assert "brown" not in done.out
    assert "adopt" in done.out


def test_several_labels_become_one_concept_and_the_photos_follow(
    tagwright: Tagwright, tagged: Path, tmp_path: Path, read: Read
) -> None:
    """The file is edited in place, photos that have the label are tagged, no other is touched."""
    coffee = (tagged / "coffee.jpg").read_bytes()
    adopt = ("taxonomy", "proposals", "adopt", "square", "square format", "--under", "Style")
    done = tagwright(*adopt, "--taxonomy", "mine.yaml", "--yes")
    assert done.code == 0, done.err
    grown = TAXONOMY.rstrip("\n") + "\n      square: {also: [square format]}\n"
    assert (tmp_path / "mine.yaml").read_text() == grown
    tags = read(tagged / "grass-bw.jpg", "-XMP-digiKam:TagsList")["XMP-digiKam:TagsList"]
    assert "Style/square" in tags
    assert (tagged / "coffee.jpg").read_bytes() == coffee
    assert "square" not in _proposed(tagwright)
    tagwright("undo", "--run", "last")
    assert "Style/square" not in str(read(tagged / "grass-bw.jpg", "-XMP-digiKam:TagsList"))


def test_a_label_becomes_another_word_for_a_concept(
    tagwright: Tagwright, tagged: Path, tmp_path: Path
) -> None:
    """Shown first; a dry run writes neither the file nor the photos."""
    adopt = ("taxonomy", "proposals", "adopt", "square", "--into", "colours/green")
    before = (tagged / "grass-bw.jpg").read_bytes()
    shown = tagwright(*adopt, "--taxonomy", "mine.yaml", "--dry-run")
    assert "+       Green: {also: [square]}" in shown.out
    assert (tmp_path / "mine.yaml").read_text() == TAXONOMY
    assert (tagged / "grass-bw.jpg").read_bytes() == before
    tagwright(*adopt, "--taxonomy", "mine.yaml", "--no-remap")
    assert "Green: {also: [square]}" in (tmp_path / "mine.yaml").read_text()
    assert (tagged / "grass-bw.jpg").read_bytes() == before


def test_an_ignored_label_is_gone_until_it_is_wanted(tagwright: Tagwright, tagged: Path) -> None:
    """However it is spelt."""
    everything = _proposed(tagwright)
    tagwright("taxonomy", "proposals", "ignore", "SQUARE")
    assert _proposed(tagwright) == [label for label in everything if label != "square"]
    assert _proposed(tagwright, "--ignored") == ["square"]
    tagwright("taxonomy", "proposals", "ignore", "--undo", "square")
    assert _proposed(tagwright) == everything


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("x", "--into", "Style"), "sample"),
        (("x", "--taxonomy", "mine.yaml"), "--into CONCEPT"),
        (("x", "--top", "--under", "Style", "--taxonomy", "mine.yaml"), "said twice"),
        (("x", "--under", "Styl", "--taxonomy", "mine.yaml"), "Did you mean 'Style'"),
        (("a/b", "--top", "--taxonomy", "mine.yaml"), "photo tools"),
        (("brown", "--under", "Colours", "--taxonomy", "mine.yaml"), "already"),
        (("x", "--top", "--taxonomy", "list.txt"), "taxonomy import"),
    ],
)
def test_what_cannot_be_adopted_is_refused(
    tagwright: Tagwright, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    """Exit code 2, what to do, and the file is as it was."""
    (tmp_path / "list.txt").write_text("Animals\n\tCat\n")
    done = tagwright("taxonomy", "proposals", "adopt", *arguments)
    assert (done.code, said in done.err) == (2, True), done.err
    assert (tmp_path / "mine.yaml").read_text() == TAXONOMY
