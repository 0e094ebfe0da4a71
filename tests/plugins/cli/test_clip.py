"""CLIP from the command line to the tags: in process, fetched, and through Immich."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.adapters.clip.files import FileServer
from tests.adapters.clip.making import make_model
from tests.adapters.clip.service import MachineLearning

VOCABULARY = """
name: Test
language: en
concepts:
  Drinks:
    labels: {de: Getränke}
    narrower:
      Coffee:
        labels: {de: Kaffee}
  Space:
    narrower:
      Rocket:
"""


@pytest.fixture
def album(tmp_path: Path, photos: Path) -> Path:
    """Two photos that the tiny model knows, and one that it does not."""
    folder = tmp_path / "album"
    folder.mkdir()
    for name in ("coffee.jpg", "rocket.jpg", "grass-bw.jpg"):
        shutil.copy(photos / name, folder)
    return folder


@pytest.fixture
def configured(tagwright: Any, tmp_path: Path) -> Callable[..., Any]:
    """Run ``tagwright`` with options for a tagger; what the tiny model tells apart is subtle."""
    (tmp_path / "mine.yaml").write_text(VOCABULARY, encoding="utf-8")

    def run(scheme: str, *arguments: str | Path, **options: object) -> Any:
        lines = [f"{name} = {value!r}" for name, value in options.items()]
        text = "\n".join(
            [
                'taxonomy = "mine.yaml"',
                "[policy]\nreview = 0.6",
                f"[tagger.{scheme}]",
                "logit_scale = 1000",
            ]
        )
        (tmp_path / "tagwright.toml").write_text("\n".join([text, *lines, ""]), encoding="utf-8")
        return tagwright(*arguments)

    return run


def tags(read: Any, path: Path) -> Any:
    """Return the tags that a photo has, as digiKam reads them."""
    return read(path, "-XMP-digiKam:TagsList").get("XMP-digiKam:TagsList")


def test_photos_get_the_users_own_concepts(
    configured: Any, album: Path, tmp_path: Path, read: Any
) -> None:
    """By a model in a folder, with similarity and share; a second run asks nobody."""
    model = make_model(tmp_path / "model")
    done = configured("clip", "tag", album, "--tagger", f"clip:{model}", "--explain")
    assert done.code == 0, done.err
    assert "CLIP similarity" in done.out
    assert "within Drinks" in done.out
    assert tags(read, album / "coffee.jpg") == ["Drinks/Coffee"]
    assert tags(read, album / "rocket.jpg") == ["Space/Rocket"]
    assert tags(read, album / "grass-bw.jpg") is None
    again = configured("clip", "tag", album, "--tagger", f"clip:{model}", "--json")
    assert again.summary["asked"] == again.summary["changed"] == 0


def test_a_named_model_is_fetched_with_progress(
    configured: Any, album: Path, tmp_path: Path, read: Any
) -> None:
    """Where there is no terminal, in lines; doctor needs the place no more."""
    server = FileServer(make_model(tmp_path / "published"), "ViT-Tiny")
    server.start()
    try:
        place = {"download_from": server.template}
        done = configured("clip", "tag", album, "--tagger", "clip:ViT-Tiny", **place)
        assert done.code == 0, done.err
        assert "Preparing: ViT-Tiny/visual/model.onnx, 100%" in done.err
    finally:
        server.stop()
    assert tags(read, album / "coffee.jpg") == ["Drinks/Coffee"]
    doctor = configured("clip", "doctor", "--tagger", "clip:ViT-Tiny", **place)
    assert "ViT-Tiny on this machine" in doctor.out


def test_a_model_that_cannot_be_had_ends_the_command(
    configured: Any, album: Path, tmp_path: Path, read: Any
) -> None:
    """Before anything is touched: 2 for a wrong name, 3 for a place that is away."""
    server = FileServer(make_model(tmp_path / "published"), "ViT-Tiny")
    server.start()
    try:
        place = {"download_from": server.template}
        done = configured("clip", "tag", album, "--tagger", "clip:ViT-Wrong", **place)
    finally:
        server.stop()
    assert done.code == 2
    assert "'ViT-Wrong'" in done.err
    assert done.err.count("\n") == 1
    assert tags(read, album / "coffee.jpg") is None


def test_immich_looks_at_photos(configured: Any, album: Path, tmp_path: Path, read: Any) -> None:
    """Through its machine learning; a grown vocabulary shows it no picture again."""
    server = MachineLearning()
    server.start()
    try:
        here = {"base_url": server.url}
        done = configured("immich-ml", "tag", album, "--tagger", "immich-ml", **here)
        assert done.code == 0, done.err
        assert "Preparing: words of your vocabulary" in done.err
        assert server.asked["visual"] == 3
        texts = server.asked["textual"]
        (tmp_path / "mine.yaml").write_text(VOCABULARY + "      Grass:\n", encoding="utf-8")
        more = ("tag", album, "--tagger", "immich-ml", "--reask", "--json")
        again = configured("immich-ml", *more, **here)
    finally:
        server.stop()
    assert tags(read, album / "coffee.jpg") == ["Drinks/Coffee"]
    assert tags(read, album / "rocket.jpg") == ["Space/Rocket"]
    assert again.code == 0, again.err
    assert again.summary["asked"] == 3
    assert server.asked["visual"] == 3
    assert 0 < server.asked["textual"] - texts < 5
