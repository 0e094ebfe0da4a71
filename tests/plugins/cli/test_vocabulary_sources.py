"""Where ``taxonomy import`` finds vocabularies in photo tools."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.adapters.digikam.making import make_database, make_settings
from tests.adapters.immich.server import KEY, ImmichServer

from tagwright.errors import ConfigurationError
from tagwright_adapters.immich.errors import ImmichSetupError
from tagwright_adapters.vocabularies.vocabulary import Vocabulary
from tagwright_plugins.cli.taxonomy.sources import HOST_SOURCES, SourceOptions

NONE = SourceOptions()
_ADDRESS = "IMMICH_INSTANCE_URL"


def paths(imported: Vocabulary) -> list[str]:
    """Return all paths."""
    taxonomy = imported.taxonomy
    return ["/".join(taxonomy.path(concept.id)) for concept in taxonomy]


@pytest.fixture
def immich(monkeypatch: pytest.MonkeyPatch) -> Iterator[ImmichServer]:
    """A server with one tag, and no settings in the environment."""
    for name in ("IMMICH_API_KEY", "IMMICH_API_KEY_FILE", _ADDRESS):
        monkeypatch.delenv(name, raising=False)
    server = ImmichServer("3.1.0")
    server.upsert("Beach")
    server.start()
    yield server
    server.stop()


def test_digikam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a place, and without one by digiKam's own settings."""
    made = make_database(tmp_path / "digikam4.db", (10, 0, "Strand"))
    make_settings(tmp_path / "config/digikamrc", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    german = SourceOptions(language="de")
    for places in ([], [str(made)], [str(tmp_path)]):
        imported = HOST_SOURCES["digikam"](places, german)
        assert paths(imported) == ["Strand"]
        assert imported.taxonomy.language == "de"
    with pytest.raises(ConfigurationError, match="takes one database"):
        HOST_SOURCES["digikam"](["a", "b"], NONE)


def test_immich(immich: ImmichServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Address and key come from where Immich's own command line has them, or from a file."""
    with pytest.raises(ConfigurationError, match="takes one address"):
        HOST_SOURCES["immich"]([immich.url, "b"], NONE)
    with pytest.raises(ConfigurationError, match="address of Immich is not set"):
        HOST_SOURCES["immich"]([], NONE)
    with pytest.raises(ImmichSetupError, match="IMMICH_API_KEY is not set"):
        HOST_SOURCES["immich"]([immich.url], NONE)
    (tmp_path / "key").write_text(f"{KEY}\n")
    monkeypatch.setenv("IMMICH_API_KEY_FILE", str(tmp_path / "key"))
    assert paths(HOST_SOURCES["immich"]([immich.url], NONE)) == ["Beach"]
    monkeypatch.setenv(_ADDRESS, immich.url)
    assert paths(HOST_SOURCES["immich"]([], NONE)) == ["Beach"]


def test_photos(tmp_path: Path, photos: Path) -> None:
    """Several folders at once, with what is asked for besides."""
    for folder, keyword in (("one", "Beach"), ("two", "Coast"), ("three", "Beach")):
        (tmp_path / folder).mkdir()
        photo = tmp_path / folder / "cat.jpg"
        shutil.copyfile(photos / "cat.jpg", photo)
        write = ["exiftool", "-q", "-overwrite_original", f"-XMP-dc:Subject={keyword}", str(photo)]
        subprocess.run(write, check=True)
    seen: list[tuple[int, int]] = []
    options = SourceOptions(at_least=2, progress=lambda done, of: seen.append((done, of)))
    folders = [str(tmp_path / name) for name in ("one", "two", "three")]
    assert paths(HOST_SOURCES["photos"](folders, options)) == ["Beach"]
    assert seen[-1] == (3, 3)
    with pytest.raises(ConfigurationError, match="takes the folders to learn from"):
        HOST_SOURCES["photos"]([], NONE)


_LEARN = """
import os, signal, sys
from tagwright_plugins.cli.taxonomy.sources import HOST_SOURCES, SourceOptions
def tell(done, of):
    print(done, flush=True)
    if done == 1:
        os.kill(os.getpid(), signal.SIGINT)
try:
    HOST_SOURCES["photos"](sys.argv[1:], SourceOptions(progress=tell))
except KeyboardInterrupt:
    print("interrupted")
"""


def test_interruption(tmp_path: Path, photos: Path) -> None:
    """Ctrl-C ends it in good order, with exiftool and all."""
    for number in range(200):
        (tmp_path / f"{number:03}.jpg").symlink_to(photos / "cat.jpg")
    command = [sys.executable, "-c", _LEARN, str(tmp_path)]
    running = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    *done, last = running.stdout.splitlines()
    assert last == "interrupted", running.stderr
    assert len(done) < 199
    assert running.returncode == 0


def test_light_to_import() -> None:
    """Naming the sources loads none of them, so that --help stays quick."""
    heavy = "httpx", "rapidfuzz", "exiftool", "sqlite3"
    script = (
        "import sys, tagwright_plugins.cli.taxonomy.sources;"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert run.stdout == "[]\n"
