"""Where digiKam's database is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tagwright_adapters.digikam.errors import DigikamError
from tagwright_adapters.digikam.settings import Place, database, find

from .making import make_database, make_settings

FLATPAK = ".var/app/org.kde.digikam/config/digikamrc"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    return tmp_path


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A database in a folder with an awkward name."""
    folder = tmp_path / "Bilder #1 100% ? &x=ü"
    folder.mkdir()
    return make_database(folder / "digikam4.db")


@pytest.mark.parametrize(
    "place",
    [
        ".config/digikamrc",
        FLATPAK,
        "snap/digikam/current/.config/digikamrc",
        "Library/Preferences/digikamrc",
        "AppData/Local/digikamrc",
        "Applications/digiKam-8.6.0-Qt6-x86-64.appimage.config/digikamrc",
    ],
)
def test_usual_places(home: Path, stored: Path, place: str) -> None:
    """The settings of an installed digiKam are found by themselves, whoever packed it."""
    make_settings(home / place, f"{stored.parent}/")
    assert database() == stored


def test_configuration_directory(home: Path, stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """XDG_CONFIG_HOME counts."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "settings"))
    make_settings(home / "settings/digikamrc", str(stored.parent))
    assert database() == stored


def test_of_two_the_one_in_use(home: Path, stored: Path) -> None:
    """digiKam rewrites its settings whenever it ends: the newer ones are in use."""
    old = make_settings(home / ".config/digikamrc", "/nowhere")
    make_settings(home / FLATPAK, str(stored.parent))
    os.utime(old, (1, 1))
    assert database() == stored


def test_windows(home: Path, stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LOCALAPPDATA counts."""
    monkeypatch.setenv("LOCALAPPDATA", str(home / "local"))
    make_settings(home / "local/digikamrc", str(stored.parent))
    assert database() == stored


def test_settings_of_a_named_database(home: Path, stored: Path) -> None:
    """Who names a database gets the settings that lead to it, or none; never another's."""
    assert find(stored) == Place(None, stored)
    other = make_database(home / "digikam4.db")
    make_settings(home / ".config/digikamrc", str(other.parent))
    broken = home / "snap/digikam/current/.config/digikamrc"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"\xff")
    rc = make_settings(home / FLATPAK, str(stored.parent))
    assert find(stored) == find(stored.parent) == Place(rc, stored)


def test_named_by_a_person(home: Path, stored: Path) -> None:
    """The database, its folder and a digikamrc all lead there; so does ~."""
    rc = make_settings(home / "backup/digikamrc", str(stored.parent))
    renamed = make_settings(home / "my settings", str(stored.parent))
    short = Path("~") / stored.parent.name
    for place in (stored, stored.parent, rc, rc.parent, renamed, short):
        assert database(place) == stored


def test_old_and_odd_values(home: Path, stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Version 2 named the file; KDE escapes a leading space and expands variables where marked."""
    assert database(make_settings(home / "digikamrc", str(stored))) == stored
    monkeypatch.setenv("PHOTOS", str(stored.parent))
    text = "[Database Settings]\nDatabase Name[$e]=$PHOTOS\n"
    (home / "digikamrc").write_text("Stray=1\n" + text)
    assert database(home / "digikamrc") == stored
    spaced = home / " leading"
    spaced.mkdir()
    make_database(spaced / "digikam4.db")
    monkeypatch.chdir(home)
    make_settings(home / "digikamrc", "\\sleading")
    assert database(home / "digikamrc") == Path(" leading/digikam4.db")


def test_another_kind(home: Path) -> None:
    """A database of a kind that no digiKam has yet is named for what it is, with a way round."""
    rc = make_settings(home / ".config/digikamrc", "digikam", "QPSQL")
    for place in (None, rc):
        with pytest.raises(DigikamError, match=r"in PSQL.*Migration") as caught:
            database(place)
        assert caught.value.exit_code == 2


def test_nothing_there(home: Path) -> None:
    """Each way of not finding it says what to name instead."""
    with pytest.raises(DigikamError, match=r"no settings of digiKam.*Name the folder") as caught:
        database()
    assert caught.value.exit_code == 3
    with pytest.raises(DigikamError, match=r"cannot be read: No such file"):
        database(home / "missing")
    with pytest.raises(DigikamError, match=r"no digikam4.db in"):
        database(home)
    rc = make_settings(home / "digikamrc", "/media/unplugged")
    with pytest.raises(DigikamError, match=r"/media/unplugged/digikam4.db.*Is its disk mounted"):
        database(rc)
    with pytest.raises(DigikamError, match="names no database"):
        database(make_settings(home / "digikamrc", ""))
    rc.write_text("[Album Settings]\nDefault Icon Size=142\n")
    with pytest.raises(DigikamError, match="names no database"):
        database(rc)


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe0", b"just text"])
def test_other_files(home: Path, content: bytes) -> None:
    """A photo or an empty file is no database."""
    file = home / "photo.jpg"
    file.write_bytes(content)
    with pytest.raises(DigikamError, match="is not a digiKam database"):
        database(file)


@pytest.mark.parametrize("content", [b"[Database Settings\xff]\n", b"no key\n[", b"\x00\x01"])
def test_broken_settings(home: Path, content: bytes) -> None:
    """Settings that are none say so."""
    rc = home / "digikamrc"
    rc.write_bytes(content)
    with pytest.raises(DigikamError, match="cannot be read as digiKam's settings"):
        database(rc)
