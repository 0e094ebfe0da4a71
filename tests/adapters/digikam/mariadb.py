"""A real server of MariaDB with the database that a real digiKam 7.9 made in one.

Needs Debian's ``mariadb-server-core``. See ``mariadb-7.9.sql`` for what stands in the database: of
four tags that stood in photos digiKam kept three, since it could not make ``animals/cat`` beside
``Animals/Cat``.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

SERVER = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")
DATABASE = Path(__file__).with_name("mariadb-7.9.sql")
PASSWORD = "se cr$et"
OBSCURED = "AwLMDcm63/+c7sqv2w=="

_TABLES = Path("/usr/share/mysql")
_PATIENCE = 60  # s
_ACCOUNTS = f"""
CREATE USER kam@'%' IDENTIFIED BY '{PASSWORD}';
GRANT ALL ON digikam.* TO kam@'%';
CREATE USER reader@'%' IDENTIFIED BY '{PASSWORD}';
GRANT SELECT ON digikam.* TO reader@'%';
"""


@dataclass(frozen=True, slots=True)
class MariaDB:
    """Where a server is."""

    port: int
    socket: Path

    def rc(self, path: Path, *more: str, user: str = "kam") -> Path:
        """Make a digikamrc that names its database."""
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = (
            "[Database Settings]",
            "Database Connectoptions=",
            f"Database Encrypted Password={OBSCURED}",
            "Database Hostname=127.0.0.1",
            "Database Name=digikam",
            f"Database Port={self.port}",
            "Database Type=QMYSQL",
            f"Database Username={user}",
            "Internal Database Server=false",
            *more,
        )
        path.write_text("\n".join((*lines, "")))
        return path


@contextmanager
def serving(folder: Path, port: int) -> Iterator[MariaDB]:
    """Make the database, start a server and end it."""
    options = [
        str(SERVER),
        "--no-defaults",
        f"--datadir={folder / 'data'}",
        "--user=root",  # counts only for root
        "--performance-schema=off",
        "--innodb-log-file-size=4M",
        "--innodb-buffer-pool-size=8M",
        "--innodb-flush-log-at-trx-commit=0",
    ]
    (folder / "data").mkdir()
    subprocess.run(
        [*options, "--bootstrap"],
        input=_begin(),
        check=True,
        capture_output=True,
        timeout=_PATIENCE,
    )
    place = folder / "mysql.socket"
    where = [f"--socket={place}", f"--port={port}", "--bind-address=127.0.0.1"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*options, *where], stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + _PATIENCE
        while b"ready for connections" not in (folder / "log").read_bytes():
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)  # it says so only there
        yield MariaDB(port, place)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(_PATIENCE)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _begin() -> bytes:
    """Return what makes the server's own tables, digiKam's, and the accounts."""
    tables = ("mysql_system_tables.sql", "mysql_system_tables_data.sql")
    parts = [
        "CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n",
        *((_TABLES / name).read_text() for name in tables),
        f"FLUSH PRIVILEGES;\n{_ACCOUNTS}\nSET NAMES utf8mb4;\n",
        "CREATE DATABASE digikam;\nUSE digikam;\n",
        DATABASE.read_text(),
    ]
    return "".join(parts).encode()
