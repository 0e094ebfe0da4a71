"""Over D-Bus: asking a running digiKam to look for what has changed, and telling its user."""

from __future__ import annotations

from importlib.util import find_spec

from tagwright.errors import MissingProgramError

_NAME = "org.kde.digikam"  # "org.kde.digikam-1234" for each that runs
_ACTION = "scan_newitems"  # Tools > Maintenance: it looks at changed photos too
_PATIENCE = 10.0  # s


def check_package() -> None:
    """Say beforehand whether asking is possible.

    Raises:
        MissingProgramError: the package for D-Bus is not installed.
    """
    if find_spec("jeepney") is None:
        message = "the package that talks to digiKam is not installed."
        raise MissingProgramError(message, cure="Install it: pip install 'tagwright[digikam]'.")


def ask_to_scan() -> int:
    """Ask every digiKam of this session to scan; return how many did so.

    None counts that does not run, does not answer or has no session to be asked in.
    """
    from jeepney import (  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra
        DBusAddress,
        DBusErrorResponse,
        MessageType,
        new_method_call,
    )
    from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]  # noqa: PLC0415
    from jeepney.io.blocking import (  # type: ignore[import-untyped]  # noqa: PLC0415
        Proxy,
        open_dbus_connection,
    )

    try:
        connection = open_dbus_connection(bus="SESSION")
        (names,) = Proxy(message_bus, connection, timeout=_PATIENCE).ListNames()
    except (OSError, KeyError, ValueError, DBusErrorResponse):
        return 0  # there is no bus, the environment names none, or it does not answer
    asked = 0
    with connection:
        for name in names:
            if name == _NAME or name.startswith(f"{_NAME}-"):
                window = DBusAddress("/Digikam", name, "org.kde.KMainWindow")
                call = new_method_call(window, "activateAction", "s", (_ACTION,))
                try:
                    reply = connection.send_and_get_reply(call, timeout=_PATIENCE)
                except (OSError, TimeoutError):  # it is about to end, or busy
                    continue
                asked += reply.header.message_type is MessageType.method_return
    return asked


def notify(title: str, text: str) -> bool:
    """Show a notice on the desktop; return whether somebody took it.

    Nobody does where there is no desktop, or the package for D-Bus is not installed.
    """
    if find_spec("jeepney") is None:
        return False
    from jeepney import (  # noqa: PLC0415 - an extra
        DBusAddress,
        DBusErrorResponse,
        MessageType,
        new_method_call,
    )
    from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415

    notices = DBusAddress(
        "/org/freedesktop/Notifications",
        bus_name="org.freedesktop.Notifications",
        interface="org.freedesktop.Notifications",
    )
    # Markup is allowed in the text.
    plain = text.replace("&", "&amp;").replace("<", "&lt;")
    body: tuple[object, ...] = ("Tagwright", 0, "tag", title, plain, [], {}, -1)
    try:
        connection = open_dbus_connection(bus="SESSION")
        with connection:
            call = new_method_call(notices, "Notify", "susssasa{sv}i", body)
            reply = connection.send_and_get_reply(call, timeout=_PATIENCE)
    except (OSError, KeyError, ValueError, DBusErrorResponse):
        return False
    return bool(reply.header.message_type is MessageType.method_return)
