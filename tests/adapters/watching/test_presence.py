"""Folders that come late, go, and lie on disks that are not always there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.adapters.watching.listening import QUICK, Listen, put, said

from tagwright.errors import ConfigurationError
from tagwright_adapters.files.scan import folder_reference
from tagwright_adapters.watching import FolderWatcher, WatchOptions
from tagwright_adapters.watching.options import Mode
from tagwright_adapters.watching.presence import is_within

MODES = [
    pytest.param(
        "events", marks=pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux'")
    ),
    "polling",
]


def _options(mode: Mode) -> WatchOptions:
    return WatchOptions(mode=mode, presence=0.05, polling=0.05, patience=QUICK)


@pytest.mark.parametrize("mode", MODES)
async def test_a_folder_that_appears_later(
    tmp_path: Path, listen: Listen, mode: Mode, caplog: pytest.LogCaptureFixture
) -> None:
    root = tmp_path / "later"
    async with listen(root, options=_options(mode)) as listener:
        await said(caplog, "waiting")
        await listener.sees(put(root / "a.jpg"))
        await listener.sees(put(root / "b.jpg"))
    assert caplog.text.count("waiting") == 1


@pytest.mark.parametrize("mode", MODES)
async def test_a_root_that_vanishes_is_no_deletion(
    tmp_path: Path, listen: Listen, mode: Mode, caplog: pytest.LogCaptureFixture
) -> None:
    root = tmp_path / "root"
    photos = [put(root / "a.jpg"), put(root / "sub" / "b.jpg")]
    async with listen(root, options=_options(mode)) as listener:
        await listener.sees(*photos)
        root.rename(tmp_path / "unplugged")
        await said(caplog, "waiting")
        (tmp_path / "unplugged").rename(root)
        await listener.sees(put(root / "c.jpg"))
        await listener.sees(put(root / "sub" / "d.jpg"))
    assert not listener.gone()
    assert not listener.emptied()


@pytest.mark.parametrize("mode", MODES)
async def test_an_empty_mount_point_is_no_deletion(
    tmp_path: Path, listen: Listen, mode: Mode, caplog: pytest.LogCaptureFixture
) -> None:
    """As after a start without the disk: the folder is there, and what is known is not."""
    root = tmp_path / "root"
    root.mkdir()
    known = [folder_reference(str(root / "2024"))]
    async with listen(root, options=_options(mode), known=known) as listener:
        await said(caplog, "as if its disk were not mounted")
        photo = put(tmp_path / "disk" / "2024" / "a.jpg")
        (tmp_path / "disk" / "2024").rename(root / "2024")
        await listener.sees(root / "2024" / photo.name)
    assert not listener.emptied()


@pytest.mark.parametrize("mode", MODES)
async def test_another_disk_says_nothing_of_the_first(
    tmp_path: Path, listen: Listen, mode: Mode, caplog: pytest.LogCaptureFixture
) -> None:
    root = tmp_path / "root"
    photo = put(root / "first" / "a.jpg")
    other = put(tmp_path / "other" / "second" / "b.jpg")
    async with listen(root, options=_options(mode)) as listener:
        await listener.sees(photo)
        root.rename(tmp_path / "unplugged")
        await said(caplog, "waiting")
        (tmp_path / "other").rename(root)
        await listener.sees(root / "second" / other.name)
        await listener.sees(put(root / "second" / "c.jpg"))
    assert not listener.gone()
    assert not listener.emptied()


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """An image of a disk that can be mounted, where the machine and the user may."""
    point = tmp_path / "probe"
    point.mkdir()
    command = ["mount", "-t", "tmpfs", "none", str(point)]
    mounted = subprocess.run(command, check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    subprocess.run(["umount", point], check=True)
    return tmp_path / "disk"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("where", ["root", "root/below"])
async def test_a_disk_that_is_unmounted_and_mounted_again(
    tmp_path: Path, listen: Listen, mode: Mode, where: str, disk: Path
) -> None:
    """Both as a whole root and somewhere below one."""
    point = tmp_path / where
    point.mkdir(parents=True)
    beside = put(tmp_path / "root" / "beside" / "a.jpg") if where != "root" else None
    photo = put(disk / "sub" / "a.jpg")
    _run("mount", "--bind", disk, point)
    try:
        async with listen(tmp_path / "root", options=_options(mode)) as listener:
            await listener.sees(point / "sub" / photo.name, *([beside] if beside else []))
            _run("umount", "--lazy", point)
            if beside:
                await listener.sees(put(beside.with_name("b.jpg")))
            _run("mount", "--bind", disk, point)
            await listener.sees(put(point / "sub" / "c.jpg"))
        assert not listener.gone()
        assert not listener.emptied()
    finally:
        subprocess.run(["umount", "--lazy", point], check=False, capture_output=True)


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True)


def test_a_file_cannot_be_watched(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="only folders can be watched"):
        FolderWatcher([put(tmp_path / "a.jpg")])


_PARTS = st.lists(st.sampled_from(["a", "b", "ab"]), min_size=1, max_size=4)


@given(_PARTS, st.sets(_PARTS.map(lambda parts: "/" + "/".join(parts)), max_size=4))
def test_a_path_is_within_a_folder_as_pathlib_sees_it(parts: list[str], folders: set[str]) -> None:
    path = "/" + "/".join(parts)
    expected = any(Path(path).is_relative_to(folder) for folder in folders)
    assert is_within(path, folders) == expected
