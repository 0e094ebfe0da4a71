"""Where disks are mounted, by what digiKam knows them by."""

from __future__ import annotations

from pathlib import Path

from tagwright_adapters.mounts import Mounts

_BY = {"uuid": Path("/dev/disk/by-uuid"), "label": Path("/dev/disk/by-label")}


def mount_points(
    key: str, value: str, mounts: Mounts | None = None, devices: Path | None = None
) -> list[Path]:
    """Return where the disk with a UUID or label is mounted, as far as that can be known.

    Args:
        key: "uuid" or "label".
        value: As digiKam has it; case does not count.
        mounts: What is mounted; None: what is now.
        devices: A folder with a link to each device, named by what ``key`` says.
    """
    device = _device(devices or _BY[key], value)
    if device is None:
        return []
    return [one.point for one in mounts or Mounts() if Path(one.source).resolve() == device]


def _device(folder: Path, value: str) -> Path | None:
    if not folder.is_dir():
        return None
    for link in folder.iterdir():
        name = link.name.encode().decode("unicode_escape")  # udev writes a space as \\x20
        if name.casefold() == value.casefold():
            return link.resolve()
    return None
