"""What is found where nobody tells, and where that is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.adapters.watching.listening import QUICK, Listen, put

from tagwright.ports import Listing
from tagwright_adapters.files.scan import folder_reference
from tagwright_adapters.mounts import Mounts
from tagwright_adapters.watching import WatchOptions
from tagwright_adapters.watching.polling import Looks

POLLING = WatchOptions(mode="polling", polling=0.05, presence=0.05, patience=QUICK)

MOUNTINFO = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /mnt/nas rw,relatime shared:2 - nfs4 nas:/photos rw,vers=4.2
31 22 0:41 / /mnt/my\040share rw,relatime - cifs //nas/photos rw
32 22 0:42 / /home/ann/remote rw,nosuid - fuse.sshfs ann@host:/ rw
33 22 0:43 / /mnt/usb rw - autofs systemd-1 rw
34 33 8:17 / /mnt/usb rw shared:9 master:1 - exfat /dev/sdb1 rw
cut off
"""


async def test_files_that_come_change_and_go(tmp_path: Path, listen: Listen) -> None:
    photos = [put(tmp_path / "a.jpg"), put(tmp_path / "sub" / "b.jpg")]
    async with listen(tmp_path, options=POLLING) as listener:
        await listener.sees(*photos)
        await listener.sees(new := put(tmp_path / "sub" / "c.jpg", age=0))
        put(new, 44, age=0)
        await listener.until(lambda: 44 in listener.sizes_of(new))
        photos[1].unlink()
        sub = folder_reference(str(tmp_path / "sub"))
        await listener.until(
            lambda: any(
                arrival.whole and Listing(sub).folder == one.folder and one.names == ("c.jpg",)
                for arrival in listener.arrivals
                for one in arrival.listings
            )
        )
        shutil.rmtree(tmp_path / "sub")
        await listener.until(lambda: sub in listener.emptied())


async def test_a_growing_file_is_named_when_it_is_complete(tmp_path: Path, listen: Listen) -> None:
    photo = tmp_path / "slow.jpg"
    async with listen(tmp_path, options=POLLING) as listener:
        await listener.sees(put(tmp_path / "first.jpg"))
        for number in range(40):
            with photo.open("ab") as stream:
                stream.write(b"x" * 1000)
            if number % 10 == 0:
                await listener.sees(put(tmp_path / f"{number}.jpg"))
        await listener.until(lambda: 40_000 in listener.sizes_of(photo))


async def test_a_sidecar_that_comes_later_names_its_photo(tmp_path: Path, listen: Listen) -> None:
    photo = put(tmp_path / "IMG.jpg")
    async with listen(tmp_path, options=POLLING) as listener:
        await listener.sees(photo)
        put(tmp_path / "IMG.xmp", age=0)
        await listener.until(lambda: len(listener.sizes_of(photo)) == 2)


def test_only_what_two_looks_show_alike_rests(tmp_path: Path) -> None:
    looks = Looks()
    folder = folder_reference(str(tmp_path))
    looks.compare([Listing.of(folder, [("a.jpg", 1, 1)])])
    looks.finished({folder})
    assert looks.compare([Listing.of(folder, [("a.jpg", 1, 1)])]) == []

    assert looks.compare([Listing.of(folder, [("a.jpg", 1, 1), ("b.jpg", 5, 2)])]) == []
    [partial] = looks.compare([Listing.of(folder, [("a.jpg", 1, 1), ("b.jpg", 6, 3)])])
    assert partial.listings == (Listing.of(folder, [("a.jpg", 1, 1)]),)
    assert not partial.whole
    [whole] = looks.compare([Listing.of(folder, [("a.jpg", 1, 1), ("b.jpg", 6, 3)])])
    assert len(whole.listings[0]) == 2
    assert whole.whole
    assert looks.compare(whole.listings) == []


@pytest.mark.parametrize(
    ("path", "kind", "is_remote"),
    [
        ("/home/ann/Pictures", "ext4", False),
        ("/mnt/nas", "nfs4", True),
        ("/mnt/nas/2024/May", "nfs4", True),
        ("/mnt/nasty", "ext4", False),
        ("/mnt/my share/2024", "cifs", True),
        ("/home/ann/remote/x", "fuse.sshfs", True),
        ("/mnt/usb/DCIM", "exfat", False),
    ],
)
def test_network_shares_are_known_by_their_file_system(
    path: str, kind: str, is_remote: bool
) -> None:
    mount = Mounts(MOUNTINFO).of(Path(path))
    assert mount is not None
    assert (mount.kind, mount.is_remote) == (kind, is_remote)


def test_file_systems_below_a_folder() -> None:
    below = Mounts(MOUNTINFO).below(Path("/home/ann"))
    assert [mount.kind for mount in below] == ["fuse.sshfs"]
    assert Mounts("").of(Path("/home")) is None
