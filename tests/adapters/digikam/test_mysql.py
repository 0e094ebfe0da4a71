"""A digiKam whose database is on a server: read through real MariaDB, and never written."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tagwright_adapters.digikam.albums import AlbumRoot
from tagwright_adapters.digikam.contents import Contents
from tagwright_adapters.digikam.database import reading
from tagwright_adapters.digikam.errors import DigikamError
from tagwright_adapters.digikam.installation import examine, look
from tagwright_adapters.digikam.joining import read_photo_tags
from tagwright_adapters.digikam.obscured import reveal
from tagwright_adapters.digikam.settings import find
from tagwright_adapters.vocabularies.digikam import from_digikam

from .mariadb import PASSWORD, SERVER, MariaDB, free_port, serving

pytestmark = pytest.mark.skipif(SERVER is None, reason="not installed: mariadbd")

TAGS = ["Animals", "Animals/Cat", "Places", "Places/France", "Places/France/Paris", "Places/Rome",
        "Tagebuch", "Tagebuch/Été"]  # fmt: skip


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDB]:
    """A server with digiKam's database."""
    with serving(tmp_path_factory.mktemp("mariadb"), free_port()) as server:
        yield server


@pytest.mark.parametrize("user", ["kam", "reader"])
def test_all_that_is_read(mariadb: MariaDB, tmp_path: Path, user: str) -> None:
    """Tags, collections and figures, with digiKam's account or one that may only read."""
    rc = mariadb.rc(tmp_path / "digikamrc", user=user)
    seen = look(rc)
    assert seen.contents == Contents(photos=3, tagged=3, schema=15)
    assert [root.specific for root in seen.roots] == ["/"]
    findings = list(examine(seen, writes_sidecars_only=False, writes_short_names=False))
    assert findings[1].said == f"digikam at 127.0.0.1:{mariadb.port}: 3 photos, 3 with tags"
    vocabulary = from_digikam(rc)
    taxonomy = vocabulary.taxonomy
    assert ["/".join(taxonomy.path(concept.id)) for concept in taxonomy] == TAGS
    root = AlbumRoot(1, "photos", "", "/", tmp_path)
    photos = read_photo_tags(find(rc).database, [root])
    assert photos(tmp_path / "cat.jpg") == (("Places", "France", "Paris"), ("Animals", "Cat"))
    assert photos(tmp_path / "coffee.jpg") == (("Tagebuch", "Été"),)
    assert photos(tmp_path / "everything.jpg") == (("Places", "Rome"), ("People", "Anna Smith"))


def test_the_server_lets_nothing_be_written(mariadb: MariaDB, tmp_path: Path) -> None:
    """Not even what digiKam's account may write."""
    source = find(mariadb.rc(tmp_path / "digikamrc")).database
    with (
        pytest.raises(DigikamError, match="READ ONLY transaction"),
        reading(source) as connection,
    ):
        connection.execute(text("DELETE FROM Tags"))


def test_its_own_server(mariadb: MariaDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that digiKam starts by itself is found by its socket, and missed when it is off."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "elsewhere"))
    rc = mariadb.rc(tmp_path / ".config/digikamrc", "Internal Database Server=true")
    with pytest.raises(DigikamError, match=r"starts its own server: start digiKam"):
        look(rc)
    place = tmp_path / ".local/share/digikam/db_misc/mysql.socket"
    place.parent.mkdir(parents=True)
    place.symlink_to(mariadb.socket)
    assert look(rc).contents.photos == 3
    named = mariadb.rc(tmp_path / "digikamrc", f"Database Connectoptions=UNIX_SOCKET={place}")
    assert look(named).contents.photos == 3


def test_what_can_be_wrong(mariadb: MariaDB, tmp_path: Path) -> None:
    """Each says what to look at, and never the password."""
    rc = tmp_path / "digikamrc"
    for line, cure in (
        ("Database Username=nobody", "Check user and password"),
        ("Database Name=photos", "Check user and password"),  # the account may not see it
        (f"Database Port={free_port()}", "Is the server running"),
        ("Database Port=many", "Set it in digiKam"),
        ("Database Encrypted Password=AwLM?", "Write it as 'Database Password=...'"),
    ):
        with pytest.raises(DigikamError, match=cure) as caught:
            look(mariadb.rc(rc, line))
        assert caught.value.exit_code == 2
        assert PASSWORD not in str(caught.value)
    assert PASSWORD not in repr(find(mariadb.rc(rc)))


def test_a_long_password() -> None:
    """One that digiKam's obscuring compresses, as its algorithm has it, and the older checksum."""
    plain = "Straße " * 20
    assert reveal(obscured(plain)) == plain
    with pytest.raises(DigikamError, match="cannot be read"):
        reveal("BAINDQ0=")


def obscured(plain: str) -> str:
    """Hide a text, compressed, behind a hash."""
    data = plain.encode()
    data = len(data).to_bytes(4, "big") + zlib.compress(data, 9)
    data = b"\x2a" + hashlib.sha1(data, usedforsecurity=False).digest() + data
    hidden = bytearray()
    last = 0
    for one in data:
        last ^= one
        hidden.append(last)
    return base64.b64encode(b"\x03\x05" + hidden).decode()
