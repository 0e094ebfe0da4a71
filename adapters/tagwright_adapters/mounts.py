"""What file system a folder lies on, from Linux' ``/proc/self/mountinfo``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_MOUNTINFO = Path("/proc/self/mountinfo")
_OCTAL = re.compile(r"\\([0-7]{3})")

_REMOTE = frozenset(
    {
        # network shares: what other machines do on them is not told to this one
        "9p",  # virtual machines, WSL
        "afs",
        "ceph",
        "cifs",
        "coda",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
        # folders of the host in a virtual machine
        "fuse.vmhgfs-fuse",  # VMware
        "prl_fs",  # Parallels
        "vboxsf",  # VirtualBox
        "virtiofs",  # QEMU, Docker Desktop
        "vmhgfs",  # VMware
        # file systems of programs that reach elsewhere
        "davfs",
        "fuse.ceph",
        "fuse.curlftpfs",
        "fuse.davfs",
        "fuse.davfs2",
        "fuse.gcsfuse",
        "fuse.glusterfs",
        "fuse.goofys",
        "fuse.grpcfuse",  # Docker Desktop
        "fuse.gvfsd-fuse",  # GNOME
        "fuse.jmtpfs",  # phones and cameras
        "fuse.kio-fuse",  # KDE
        "fuse.mergerfs",  # its branches are written to directly
        "fuse.osxfs",  # Docker Desktop
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.simple-mtpfs",  # phones and cameras
        "fuse.smbnetfs",
        "fuse.sshfs",
        "glusterfs",
    }
)


class Mount(NamedTuple):
    """A mounted file system."""

    point: Path
    kind: str  # "ext4", "nfs4", "fuse.sshfs" …
    source: str = ""  # "/dev/sda1", "nas:/photos" …

    @property
    def is_remote(self) -> bool:
        """Whether files on it change without this machine being told."""
        return self.kind in _REMOTE


class Mounts:
    """The file systems that are mounted now."""

    def __init__(self, table: str | None = None) -> None:
        """``table`` is the text of a ``mountinfo``; None: that of this machine, if it has one."""
        if table is None:
            table = ""
            with suppress(OSError):
                table = _MOUNTINFO.read_text("utf-8", "surrogateescape")
        mounts = [mount for line in table.splitlines() if (mount := _mount(line))]
        self._by_point = {mount.point: mount for mount in mounts}  # the last one hides the others

    def __iter__(self) -> Iterator[Mount]:
        """Go through all of them."""
        return iter(self._by_point.values())

    def of(self, path: Path) -> Mount | None:
        """Return the file system that an absolute path without symbolic links lies on."""
        return next(
            (self._by_point[one] for one in (path, *path.parents) if one in self._by_point), None
        )

    def below(self, folder: Path) -> list[Mount]:
        """Return the file systems mounted somewhere below a folder."""
        return [mount for mount in self._by_point.values() if folder in mount.point.parents]


def _mount(line: str) -> Mount | None:
    fields, separator, rest = line.partition(" - ")
    columns, kinds = fields.split(" "), rest.split(" ")
    if not separator or len(columns) < 5 or len(kinds) < 2:
        return None
    return Mount(Path(_plain(columns[4])), kinds[0], _plain(kinds[1]))


def _plain(text: str) -> str:
    """Return what the kernel wrote with octal escapes."""
    return _OCTAL.sub(lambda found: chr(int(found[1], 8)), text)
