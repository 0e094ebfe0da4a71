"""Where disks are mounted, by what digiKam knows them by."""

from __future__ import annotations

import re
from pathlib import Path

_BY = {"uuid": Path("/dev/disk/by-uuid"), "label": Path("/dev/disk/by-label")}
_MOUNTS = Path("/proc/self/mountinfo")
_OCTAL = re.compile(r"\\([0-7]{3})")


def mount_points(
    key: str, value: str, mounts: Path = _MOUNTS, devices: Path | None = None
) -> list[Path]:
    """Return where the disk with a UUID or label is mounted, as far as that can be known.

    Args:
        key: "uuid" or "label".
        value: As digiKam has it; case does not count.
        mounts: What the kernel says of mounts; only Linux has such a file.
        devices: A folder with a link to each device, named by what ``key`` says.
    """
    device = _device(devices or _BY[key], value)
    if device is None or not mounts.is_file():
        return []
    found = []
    for line in mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        before, _, after = line.partition(" - ")
        source = after.split()[1]
        if Path(_plain(source)).resolve() == device:
            found.append(Path(_plain(before.split()[4])))
    return found


def _device(folder: Path, value: str) -> Path | None:
    if not folder.is_dir():
        return None
    for link in folder.iterdir():
        name = link.name.encode().decode("unicode_escape")  # udev writes a space as \\x20
        if name.casefold() == value.casefold():
            return link.resolve()
    return None


def _plain(text: str) -> str:
    """Return what the kernel wrote with octal escapes."""
    return _OCTAL.sub(lambda found: chr(int(found[1], 8)), text)
