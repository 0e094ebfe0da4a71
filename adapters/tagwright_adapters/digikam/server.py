"""The server of MySQL or MariaDB that digiKam's settings name."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from tagwright_adapters.digikam.errors import DigikamError
from tagwright_adapters.digikam.obscured import reveal
from tagwright_adapters.digikam.rc import Group, is_on

_PORT = 3306
_SOCKET = re.compile(r"UNIX_SOCKET=([^;]+)")
_INTERNAL = "digikam/db_misc/mysql.socket"
# Beside the folder of the settings: Flatpak, Linux and Snap, macOS.
_DATA = ("data", ".local/share", "Application Support")


@dataclass(frozen=True, slots=True)
class Server:
    """A database on a server, with digiKam's own login."""

    name: str  # of the database
    user: str
    password: str = field(repr=False)
    host: str = "localhost"
    port: int = _PORT
    socket: Path | None = None  # then host and port do not count
    is_internal: bool = False  # digiKam starts and ends it

    def __str__(self) -> str:
        place = str(self.socket) if self.socket else f"{self.host}:{self.port}"
        return f"{self.name} at {place}"


def server_named_by(group: Group, rc: Path) -> Server:
    """Return the server that the database settings in a ``digikamrc`` name.

    Raises:
        DigikamError: its password cannot be read, or its port is none.
    """
    if is_on(group, "Internal Database Server", default=False):
        socket = _internal_socket(rc)
        return Server("digikam", "root", "", socket=socket, is_internal=True)
    found = _SOCKET.search(group.get("Database Connectoptions", ""))
    return Server(
        name=group.get("Database Name", "") or "digikam",
        user=group.get("Database Username", ""),
        password=_password(group),
        host=group.get("Database Hostname", "") or "localhost",
        port=_port(group.get("Database Port", "")),
        socket=Path(found[1]) if found else None,
    )


def _password(group: Group) -> str:
    plain = group.get("Database Password", "")  # as long as nobody has saved the settings
    return plain or reveal(group.get("Database Encrypted Password", ""))


def _port(text: str) -> int:
    try:
        port = int(text or _PORT)
    except ValueError as exc:
        message = f"digiKam's settings name a port that is none: {text!r}."
        raise DigikamError(message, cure="Set it in digiKam, or name another digikamrc.") from exc
    return port if port > 0 else _PORT  # -1 and 0 stand for the usual one


def _internal_socket(rc: Path) -> Path:
    around = rc.absolute().parent.parent
    places = [around / data / _INTERNAL for data in _DATA]
    own = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / _INTERNAL
    return next((place for place in places if place.exists()), own)
