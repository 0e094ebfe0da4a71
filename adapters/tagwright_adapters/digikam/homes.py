"""Where a digiKam keeps what is not settings, and whether one runs now."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from tagwright_adapters.digikam.settings import places
from tagwright_adapters.digikam.workflows import NAME

_PROCESSES = Path("/proc")
_PROGRAM = "digikam"
_FLATPAK = ".var/app/org.kde.digikam"
_SNAP = "snap/digikam/current"


@dataclass(frozen=True, slots=True)
class Home:
    """Where a digiKam looks for files, by the box that it runs in."""

    data: Path  # the XDG data folder as that digiKam has it
    box: str = ""  # "Flatpak", "Snap"; empty: it runs as any program of the user's

    @property
    def workflows(self) -> Path:
        """The file of its Batch Queue Manager's workflows."""
        return self.data / "digikam" / NAME


def home_of(rc: Path) -> Home:
    """Return where the digiKam of a ``digikamrc`` keeps its files."""
    user = Path.home()
    if rc.is_relative_to(user / _FLATPAK):
        return Home(user / _FLATPAK / "data", "Flatpak")
    if rc.is_relative_to(user / _SNAP):
        return Home(user / _SNAP / ".local/share", "Snap")
    return Home(data_folder())


def data_folder() -> Path:
    """Return the user's XDG data folder."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")


def newest() -> Path | None:
    """Return the ``digikamrc`` in the usual places that was changed last; None: there is none."""
    found = [path for path in places() if path.is_file()]
    return max(found, key=lambda path: path.stat().st_mtime_ns, default=None)


def is_running() -> bool:
    """Say whether a digiKam runs that has our home, in a box or not."""
    return any(map(_is_ours, _PROCESSES.glob("[0-9]*")))


def _is_ours(process: Path) -> bool:
    try:
        if (process / "comm").read_text().strip() != _PROGRAM:
            return False
        variables = (process / "environ").read_bytes().split(b"\0")
    except (OSError, UnicodeDecodeError):  # it has ended meanwhile, or is another user's
        return False
    return b"HOME=" + os.fsencode(Path.home()) in variables
