"""The commands for a digiKam whose database is on a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, NullPool, create_engine, text
from tests.adapters.digikam.mariadb import PASSWORD, SERVER, MariaDB, free_port, serving

from .conftest import Tagwright

pytestmark = pytest.mark.skipif(SERVER is None, reason="not installed: mariadbd")

SWITCHES = ("[Metadata Settings]", "Rescan File If Modified=true", "Save Tags=true",
            "Clear Metadata If Rescan=true")  # fmt: skip


@pytest.fixture
def mariadb(tmp_path: Path) -> Iterator[MariaDB]:
    """A server with digiKam's database, whose collection is the album."""
    (tmp_path / "server").mkdir()
    with serving(tmp_path / "server", free_port()) as server:
        change(
            server,
            f"UPDATE AlbumRoots SET identifier = 'volumeid:?path={tmp_path / 'album'}'",
            "INSERT INTO Tags (id, pid, name) VALUES (50, 0, 'Farben'), (51, 50, 'BROWN')",
        )
        yield server


def change(server: MariaDB, *statements: str) -> None:
    """Change the database as digiKam would."""
    url = URL.create("mysql+pymysql", "kam", PASSWORD, "127.0.0.1", server.port, "digikam")
    with create_engine(url, poolclass=NullPool).begin() as connection:
        for one in statements:
            connection.execute(text(one))


def test_check_and_sync(
    mariadb: MariaDB, tmp_path: Path, tagwright: Tagwright, album: Path, read: Callable[..., Any]
) -> None:
    """Its tags are the vocabulary, and what only it has joins ours; nothing is said of secrets."""
    rc = mariadb.rc(tmp_path / "digikamrc", *SWITCHES)
    checked = tagwright("digikam", "check", "--database", rc)
    assert checked.code == 0, checked.out
    assert f"digikam at 127.0.0.1:{mariadb.port}: 3 photos, 3 with tags" in checked.out
    assert "RISK   upper and lower case" in checked.out
    done = tagwright("digikam", "sync", "--database", rc)
    assert done.code == 0, done.err
    tags = ["Tagebuch/Été", "Farben/BROWN"]
    assert read(album / "coffee.jpg", "-XMP-digiKam:TagsList") == {"XMP-digiKam:TagsList": tags}
    assert PASSWORD not in checked.out + checked.err + done.out + done.err
