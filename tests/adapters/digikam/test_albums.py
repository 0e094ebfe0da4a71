"""Collections are found where their disks are now."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from tagwright_adapters.digikam.albums import AlbumRoot, read_album_roots
from tagwright_adapters.digikam.volumes import mount_points
from tagwright_adapters.mounts import Mounts

from .making import add_root, make_database


def only(database: Path) -> AlbumRoot:
    """Return the one collection."""
    (root,) = read_album_roots(database)
    return root


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database without collections."""
    return make_database(tmp_path / "digikam4.db")


@pytest.mark.parametrize("name", ["Bilder", "a b+c", "100% ü & co?#;=", "日本"])
def test_by_folder(tmp_path: Path, database: Path, name: str) -> None:
    """Whatever a folder is called, it is the one that digiKam means."""
    (tmp_path / name).mkdir()
    quoted = quote(str(tmp_path / name), safe="/+")  # as Qt writes it
    add_root(database, f"volumeid:?path={quoted}")
    assert only(database).path == tmp_path / name


def test_below_a_mount_point(tmp_path: Path, database: Path) -> None:
    """A share has a place and a folder below it; the first of several places that is there."""
    (tmp_path / "nas/2024").mkdir(parents=True)
    share = f"networkshareid:?mountpath=/gone&mountpath={tmp_path}/nas"
    add_root(database, share, "/2024")
    assert only(database).path == tmp_path / "nas/2024"


@pytest.mark.parametrize(
    ("identifier", "trouble"),
    [
        ("volumeid:?path=/nowhere/at/all", "there is no folder /nowhere/at/all"),
        ("volumeid:?uuid=no-such-disk", "its disk is not mounted"),
        ("volumeid:?label=Backup", "its disk is not mounted"),
        ("", "'' says nothing that is known"),
    ],
)
def test_not_there(database: Path, identifier: str, trouble: str) -> None:
    """What is not there says why, and is still listed."""
    add_root(database, identifier, label="Holidays")
    root = only(database)
    assert (root.path, root.trouble, root.shown) == (None, trouble, "Holidays")


def test_none(database: Path) -> None:
    """A new database has none."""
    assert read_album_roots(database) == ()


def test_mount_points(tmp_path: Path) -> None:
    """A disk is found by UUID or label, whatever the case and however its place is written."""
    devices = tmp_path / "by"
    devices.mkdir()
    disk = tmp_path / "sdb1"
    disk.touch()
    (devices / "ab-CD").symlink_to(disk)
    (devices / "My\\x20disk").symlink_to(disk)
    mounts = Mounts(
        "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
        f"30 27 8:17 / /media/my\\040disk rw shared:1 - ext4 {disk} rw\n"
        f"31 27 8:17 /@sub /mnt/sub rw - btrfs {disk} rw\n"
    )
    expected = [Path("/media/my disk"), Path("/mnt/sub")]
    for name in ("AB-cd", "my disk"):
        assert mount_points("uuid", name, mounts, devices) == expected
    assert mount_points("uuid", "other", mounts, devices) == []
    assert mount_points("uuid", "ab-cd", Mounts(""), devices) == []
    assert mount_points("uuid", "ab-cd", mounts, tmp_path / "none") == []
