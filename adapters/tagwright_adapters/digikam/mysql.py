"""digiKam's database on a server of MySQL or MariaDB, which is never changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from sqlalchemy import URL, Connection, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from tagwright.errors import MissingProgramError
from tagwright_adapters.digikam.errors import DigikamError
from tagwright_adapters.digikam.server import Server

_DENIED = frozenset({1044, 1045, 1142, 1698})  # to the database, the account or a table
_UNKNOWN = 1049
_CURES = {
    **dict.fromkeys(_DENIED, "Check user and password in digiKam's settings."),
    _UNKNOWN: "Check the name of the database in digiKam's settings.",
}
_START = "Is the server running, and does it take connections from this machine?"
_START_DIGIKAM = "digiKam starts its own server: start digiKam, and try again."


@contextmanager
def reading(server: Server, patience: float) -> Iterator[Connection]:
    """Yield a connection that sees one state of the database, and that the server lets not write.

    Args:
        server: Where it is.
        patience: Seconds to wait for the server.

    Raises:
        DigikamError: it cannot be read; also for errors of the server inside the block.
        MissingProgramError: the package that talks to such servers is not installed.
    """
    if find_spec("pymysql") is None:
        message = "the package that reads digiKam's database in MySQL or MariaDB is not installed."
        raise MissingProgramError(message, cure="Install it: pip install 'tagwright[mysql]'.")
    if server.socket and not server.socket.exists():
        message = f"the database {server} cannot be read: the server does not run."
        raise DigikamError(message, cure=_cure(server))
    try:
        with _connected(server, patience) as connection:
            connection.exec_driver_sql("START TRANSACTION READ ONLY, WITH CONSISTENT SNAPSHOT")
            yield connection
    except DBAPIError as exc:
        raise _explained(exc, server) from exc
    except RuntimeError as exc:  # PyMySQL's word for a kind of login that needs another package
        message = f"the database {server} cannot be read: {exc}."
        raise DigikamError(message, cure="Install it: pip install 'pymysql[rsa]'.") from exc


def _connected(server: Server, patience: float) -> Connection:
    url = URL.create(
        "mysql+pymysql",
        username=server.user,
        password=server.password,
        host=server.host,
        port=server.port,
        database=server.name,
        query={"charset": "utf8mb4"},
    )
    arguments: dict[str, object] = {"connect_timeout": patience}
    if server.socket:
        arguments["unix_socket"] = str(server.socket)
    return create_engine(url, poolclass=NullPool, connect_args=arguments).connect()


def _explained(exc: DBAPIError, server: Server) -> DigikamError:
    number, *said = exc.orig.args if exc.orig else (0,)
    message = f"the database {server} cannot be read: {said[0] if said else number}."
    return DigikamError(message, cure=_CURES.get(number, _cure(server)))


def _cure(server: Server) -> str:
    return _START_DIGIKAM if server.is_internal else _START
