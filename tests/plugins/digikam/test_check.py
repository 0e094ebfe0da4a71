"""``tagwright digikam check``."""

from __future__ import annotations

from pathlib import Path

from tests.adapters.digikam.making import add_root, make_database, make_settings

from .conftest import Tagwright

FLOWING = ("[Metadata Settings]", "Rescan File If Modified=true", "Save Tags=true")
STOPPED = ("[Metadata Settings]", "Save Tags=true")


def digikam(folder: Path, *lines: str) -> Path:
    """Make a digiKam in a home."""
    folder.mkdir(exist_ok=True)
    database = make_database(folder / "digikam4.db", (10, 0, "Beach"), photos={10: 2})
    add_root(database, f"volumeid:?path={folder}")
    return make_settings(folder / ".config/digikamrc", str(folder), "QSQLITE", *lines)


def test_keywords_flow(tagwright: Tagwright, tmp_path: Path) -> None:
    """Found in its usual place; a risk is told and is no failure."""
    rc = digikam(tmp_path, *FLOWING)
    rc.rename(tmp_path / "digikamrc")
    (tmp_path / "config").mkdir()
    (tmp_path / "digikamrc").rename(tmp_path / "config/digikamrc")  # XDG_CONFIG_HOME
    done = tagwright("digikam", "check")
    assert done.code == 0, done.err
    assert done.out.splitlines()[0] == "ok     digiKam: 8.6.0; database version 16"
    assert "RISK   tags in the database alone" in done.out


def test_keywords_stop(tagwright: Tagwright, tmp_path: Path) -> None:
    """What stops them is named with its switch, also for scripts, and is the exit code."""
    rc = digikam(tmp_path / "kam", *STOPPED)
    done = tagwright("digikam", "check", "--database", rc)
    assert done.code == 1
    line, switch = done.out.split("STOPS  ")[1].splitlines()[:2]
    assert line.startswith("from files to digiKam: ")
    assert "Metadata > Behavior: switch on 'Rescan file when files are modified'" in switch
    done = tagwright("digikam", "check", "--json", "--database", rc)
    assert done.code == 1
    assert [one["what"] for one in done.objects if one["status"] == "stops"] == [
        "from files to digiKam"
    ]
    assert {tuple(one) for one in done.objects} == {("what", "status", "said", "switch")}


def test_our_own_settings_count(tagwright: Tagwright, tmp_path: Path) -> None:
    """Sidecars that we would write and digiKam would not read stop keywords too."""
    rc = digikam(tmp_path / "kam", *FLOWING)
    sidecars = {"TAGWRIGHT_FILES__SIDECAR": "always"}
    assert tagwright("digikam", "check", "--database", rc, env=sidecars).code == 1
    rc.write_text(
        rc.read_text().replace("Save Tags", "Use XMP Sidecar For Reading=true\nSave Tags")
    )
    assert tagwright("digikam", "check", "--database", rc, env=sidecars).code == 0


def test_only_a_database(tagwright: Tagwright, tmp_path: Path) -> None:
    """Without settings nothing can be said of them, and that is said."""
    database = make_database(tmp_path / "digikam4.db")
    done = tagwright("digikam", "check", "--database", database)
    assert done.code == 1
    assert "STOPS  settings: no digikamrc leads to this database" in done.out


def test_no_digikam(tagwright: Tagwright, tmp_path: Path) -> None:
    """No digiKam is a missing program, a broken one a wrong configuration."""
    done = tagwright("digikam", "check")
    assert done.code == 3
    assert "no settings of digiKam were found" in done.err
    rc = make_settings(tmp_path / "config/digikamrc", "digikam", "QPSQL")
    assert tagwright("digikam", "check").code == 2
    rc.write_text("")
    assert tagwright("digikam", "check").code == 2
