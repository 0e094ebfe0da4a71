"""The real digiKam, without a screen: on an album, a database and a home of its own.

Seen to work with digiKam 7.9 (Debian 12) and 8.6 (Debian 13). Needs
``digikam``, its SQLite driver, ``Xvfb``, ``dbus-daemon``, ``dbus-send`` and ``libXtst``.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

_PROGRAMS = ("digikam", "Xvfb", "dbus-daemon", "dbus-send")
_LIBRARIES = ("libX11.so.6", "libXtst.so.6")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


MISSING = [
    *(name for name in _PROGRAMS if shutil.which(name) is None),
    *(name for name in _LIBRARIES if not _loads(name)),
]
"""The programs and libraries that are not installed."""

_PATIENCE = 120.0  # s, for a start on a busy machine
_QUIET = 2.0  # s without a change after which a scan is over
_ESCAPE = 9  # X11's code of the key
_ALBUM = (108, 120)  # pixels from the top left: the first album in the tree
# Likewise in the window of the Batch Queue Manager; without a window manager it lies there.
_WORKFLOWS, _FIRST_WORKFLOW, _RUN = (548, 255), (437, 299), (24, 42)
_RC = """\
[Album Settings]
Show Splash=false

[General Settings]
Version=7.9.0
Show Splash=false
Scan At Start=true

[Database Settings]
Database Type=QSQLITE
Internal Database Server=false
Database Name={folder}/
Database Name Thumbnails={folder}/
Database Name Face={folder}/
Database Name Similarity={folder}/
"""
_SYSTEM = """\
[System]
enableFaceEngine=false
disableFaceEngine=true
enableAesthetic=false
enableAutoTags=false
softwareOpenGL=true
"""


def major_version() -> int:
    """Return the 8 of 8.6.0."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = ["digikam", "--version"]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)
    return int(done.stdout.split()[1].partition(b".")[0])


class Digikam:
    """A digiKam with one album; ``with`` gives it a screen and a bus, and ends all of it."""

    def __init__(self, state: Path, album: Path) -> None:
        """``state`` is an empty folder; ``album`` holds photos, and is not written to."""
        self._state, self._album = state, album
        self.rc = state / "home/.config/digikamrc"
        self.database = state / "database/digikam4.db"
        for folder in (self.rc.parent, self.database.parent, state / "run"):
            folder.mkdir(parents=True)
        (state / "run").chmod(0o700)
        # The group Album Settings keeps the questions of the first start away, the engines
        # that are off a dialog that downloads models.
        self.rc.write_text(_RC.format(folder=self.database.parent))
        self.rc.with_name("digikam_systemrc").write_text(_SYSTEM)
        self._started: list[subprocess.Popen[bytes]] = []
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(state / "home"),
            "XDG_RUNTIME_DIR": str(state / "run"),
            "LC_ALL": "C.UTF-8",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "QT_QUICK_BACKEND": "software",
            "QTWEBENGINE_DISABLE_SANDBOX": "1",
            "QTWEBENGINE_CHROMIUM_FLAGS": "--disable-gpu",
        }

    def __enter__(self) -> Self:
        screen = self._with_answer("Xvfb", "-screen", "0", "1400x1000x24", "-nolisten", "tcp",
                                   "-displayfd", "{}")  # fmt: skip
        self._environment["DISPLAY"] = f":{screen}"
        self._environment["DBUS_SESSION_BUS_ADDRESS"] = self._with_answer(
            "dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address={}"
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for process in reversed(self._started):
            _end(process)

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to find it: its home, screen and bus."""
        return dict(self._environment)

    def configure(self, **switches: str) -> None:
        """Set metadata settings, with ``_`` for the spaces in their names; not while it runs."""
        lines = (f"{name.replace('_', ' ')}={value}" for name, value in switches.items())
        with self.rc.open("a", encoding="utf-8") as stream:
            stream.write("\n".join(("\n[Metadata Settings]", *lines, "")))

    def tags(self) -> dict[str, list[str]]:
        """Return the tags of each photo, without those of digiKam's own."""
        query = (
            "WITH RECURSIVE Paths(id, path) AS (SELECT id, name FROM Tags WHERE pid = 0 AND name"
            " != '_Digikam_Internal_Tags_' UNION ALL SELECT Tags.id, path || '/' || name"
            " FROM Tags JOIN Paths ON Tags.pid = Paths.id)"
            " SELECT Images.name, path FROM Images LEFT JOIN ImageTags ON imageid = Images.id"
            " LEFT JOIN Paths ON Paths.id = tagid WHERE status = 1 ORDER BY Images.name, path"
        )
        found: dict[str, list[str]] = {}
        with closing(self._reader()) as connection:
            for name, path in connection.execute(query):
                found.setdefault(name, []).extend([path] if path else [])
        return found

    def act(self, running: subprocess.Popen[bytes], action: str, window: str = "/Digikam") -> bool:
        """Choose something from the menus of a window; say whether it is there."""
        method = (window, "org.kde.KMainWindow.activateAction", f"string:{action}")
        done = subprocess.run(
            ["dbus-send", "--session", "--print-reply", _destination(running), *method],
            env=self._environment,
            timeout=20,
            check=False,
            capture_output=True,
        )
        return b"boolean true" in done.stdout

    def write_album(self, running: subprocess.Popen[bytes], until: Callable[[], bool]) -> None:
        """Let it write metadata to the first album's photos, until something is so."""

        def tried() -> bool:
            self.click(_ALBUM)
            self.act(running, "album_write_metadata")
            time.sleep(1.0)  # nothing says that a window has taken a key or a click
            return until()

        self.wait(running, tried)

    def click(self, place: tuple[int, int]) -> None:
        """Press Escape, for the question about downloads, and click at pixels from the top left."""
        _dismiss_and_click(self._environment["DISPLAY"], place)

    def run_queue(self, running: subprocess.Popen[bytes], begun: Callable[[], bool]) -> None:
        """Put the first album's photos into a batch queue, and run the first workflow on them.

        Returns once it has begun.
        """
        self.click(_ALBUM)

        def tried() -> bool:
            self.act(running, "selectAll")
            time.sleep(0.5)  # as above
            self.act(running, "image_add_to_current_queue")
            time.sleep(1.0)
            _start_queue(self._environment["DISPLAY"])
            return begun()

        self.wait(running, tried)

    def begin(self) -> None:
        """Let digiKam make its database, and put the album into it."""
        # It then asks for an album, which nobody answers: the second start finds it there.
        made = self._start("digikam", "--database-directory", str(self.database.parent))
        self.wait(made, lambda: bool(self._setting("Locale")))
        _end(made)
        with closing(sqlite3.connect(self.database, timeout=10)) as connection:
            place = f"volumeid:?path={quote(str(self._album))}"
            connection.execute(
                "INSERT INTO AlbumRoots (label, status, type, identifier, specificPath)"
                " VALUES ('photos', 0, 1, ?, '/')",
                [place],
            )
            connection.commit()

    def start(self) -> subprocess.Popen[bytes]:
        """Start it and return once it has scanned the album."""
        before = self._setting("Scanned")
        running = self._start("digikam")
        self.wait(running, lambda: self._setting("Scanned") not in ("", before))
        self._settle(running)
        return running

    def quit(self, running: subprocess.Popen[bytes]) -> None:
        """Let it close its database and end."""
        self.act(running, "app_exit")
        with suppress(subprocess.TimeoutExpired):
            running.wait(2)  # 7.9 closes its window and stays
        _end(running)

    def _start(self, *command: str, pipe: int | None = None) -> subprocess.Popen[bytes]:
        with (self._state / "programs.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=() if pipe is None else (pipe,),
            )
        self._started.append(process)
        return process

    def _with_answer(self, *command: str) -> str:
        """Start a program that writes a line to a descriptor; return the line."""
        reader, writer = os.pipe()
        self._start(*(part.format(writer) for part in command), pipe=writer)
        os.close(writer)
        with os.fdopen(reader) as answer:
            return answer.readline().strip()

    def wait(self, running: subprocess.Popen[bytes], until: Callable[[], bool]) -> None:
        """Wait until something is so; fail if the program ends or takes too long."""
        deadline = time.monotonic() + _PATIENCE
        while not until():
            assert running.poll() is None, self._log()
            assert time.monotonic() < deadline, self._log()
            time.sleep(0.2)  # there is nothing to wait on but its database

    def _settle(self, running: subprocess.Popen[bytes]) -> None:
        last, since = "", time.monotonic()

        def is_quiet() -> bool:
            nonlocal last, since
            files = sorted(self.database.parent.glob("digikam4.db*"))
            now = repr([(f.stat().st_mtime_ns, f.stat().st_size) for f in files])
            if now != last:
                last, since = now, time.monotonic()
            return time.monotonic() - since >= _QUIET

        self.wait(running, is_quiet)

    def _setting(self, keyword: str) -> str:
        if not self.database.is_file():
            return ""
        with suppress(sqlite3.Error), closing(self._reader()) as connection:
            found = connection.execute("SELECT value FROM Settings WHERE keyword = ?", [keyword])
            row = found.fetchone()
            return str(row[0]) if row else ""
        return ""

    def _reader(self) -> sqlite3.Connection:
        uri = f"file:{quote(str(self.database))}?mode=ro"
        return sqlite3.connect(uri, uri=True, timeout=5)

    def _log(self) -> str:
        return (self._state / "programs.log").read_text(errors="replace")[-4000:]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program with all that it has started, such as digiKam's exiftool."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def _destination(running: subprocess.Popen[bytes]) -> str:
    return f"--dest=org.kde.digikam-{running.pid}"


def _dismiss_and_click(display: str, place: tuple[int, int]) -> None:
    with _pointer(display) as at:
        at((700, 400), key=_ESCAPE)
        at(place)


def _start_queue(display: str) -> None:
    """Give the queue the first workflow that there is, and run it."""
    with _pointer(display) as at:
        at(_WORKFLOWS)
        at(_FIRST_WORKFLOW, times=2)
        at(_RUN)


@contextmanager
def _pointer(display: str) -> Iterator[Callable[..., None]]:
    """Give what presses a button, or a key, somewhere on a screen."""
    x11, xtest = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    screen = ctypes.c_void_p(x11.XOpenDisplay(display.encode()))

    def at(place: tuple[int, int], *, times: int = 1, key: int = 0) -> None:
        event, code = (xtest.XTestFakeKeyEvent, key) if key else (xtest.XTestFakeButtonEvent, 1)
        xtest.XTestFakeMotionEvent(screen, -1, *place, 0)
        for _ in range(times):
            event(screen, code, 1, 0)
            event(screen, code, 0, 0)
            x11.XSync(screen, 0)
        time.sleep(0.5)  # nothing says that a window has taken it

    try:
        yield at
    finally:
        x11.XCloseDisplay(screen)
