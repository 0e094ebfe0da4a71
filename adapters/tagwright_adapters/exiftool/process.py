"""One exiftool process in ``-stay_open`` mode: PyExifTool's, for runs that nothing may stop.

PyExifTool holds the settings, speaks the protocol and checks the version. Overridden is where its
release 0.5.6 would take a whole run along with one bad photo:

- ``run`` starts the program with a ``preexec_fn``, which may deadlock in a process with threads;
- ``execute`` spins for ever when exiftool dies, waits for ever when it hangs, and blocks when it
  writes more warnings than a pipe holds;
- ``running`` warns of a death and leaves the pipes open;
- ``terminate`` waits for ever for what a wrapper script has started.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from exiftool import ExifTool  # type: ignore[import-untyped]  # it has no py.typed
from exiftool.constants import (  # type: ignore[import-untyped]  # it has no py.typed
    EXIFTOOL_MINIMUM_VERSION,
)
from exiftool.exceptions import (  # type: ignore[import-untyped]  # it has no py.typed
    ExifToolNotRunning,
    ExifToolVersionError,
)

from tagwright.errors import MissingProgramError
from tagwright_adapters.exiftool import launch

CONFIG = Path(__file__).with_name("tagwright.config")
_BLOCK = 1 << 16  # bytes: what a pipe holds


class ProcessError(Exception):
    """exiftool died or did not answer in time; the next command needs a new one."""


class Process(ExifTool):  # type: ignore[misc]  # PyExifTool has no types
    """Runs commands one after the other; not to be shared by threads.

    ``timeout`` is the seconds that a command may take before the process is killed.

    Raises:
        MissingProgramError: exiftool is not installed.
    """

    _process: subprocess.Popen[bytes] | None = None

    def __init__(self, program: str = "exiftool", *, timeout: float = 30.0) -> None:
        # PyExifTool would first take a file of that name in the working directory: among photos.
        found = shutil.which(program)
        if found is None:
            cure = "Install it: 'apt install libimage-exiftool-perl' on Debian and Ubuntu."
            raise MissingProgramError("exiftool is not installed.", cure=cure)
        super().__init__(found, common_args=None, config_file=CONFIG, encoding="utf-8")
        self.timeout = timeout
        self._count = 0

    @property
    def running(self) -> bool:
        """Whether there is a living process."""
        if self._process is not None and self._process.poll() is not None:
            self.terminate()
        return self._process is not None

    def run(self) -> None:
        """Start exiftool, unless it runs already.

        Raises:
            MissingProgramError: it is too old.
            ProcessError: it died, or did not answer in time.
        """
        if self.running:
            return
        command = [sys.executable, "-IS", launch.__file__, str(os.getpid()), self.executable]
        command += ["-config", self.config_file, "-stay_open", "True", "-@", "-"]
        self._process = subprocess.Popen(
            command,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # Perl's own layer reads and writes 8 KB at a time: a thousand calls for a photo.
            env={**os.environ, "LC_ALL": "C", "PERLIO": "stdio"},
            start_new_session=True,  # Ctrl-C is for us: what is in hand gets finished
        )
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)
        try:
            self._ver = self._parse_ver()
        except ExifToolVersionError as exc:
            self.terminate()
            cure = "Install a newer one: https://exiftool.org/install.html"
            message = f"{self.executable} is older than {EXIFTOOL_MINIMUM_VERSION}."
            raise MissingProgramError(message, cure=cure) from exc
        except ExifToolNotRunning as exc:
            raise ProcessError("exiftool died") from exc

    def execute(self, *params: str | bytes, raw_bytes: bool = False) -> str | bytes:
        """Run one command; ``last_stderr`` and ``last_status`` tell more of it.

        Args:
            params: One per line of exiftool's argument file: no line breaks, no file names or
                values that other people chose.
            raw_bytes: Whether to return bytes.

        Returns:
            What it printed.

        Raises:
            ProcessError: exiftool died or was killed.
        """
        lines = [self._line(param) for param in params]
        if self._process is None:
            raise ExifToolNotRunning("Cannot execute()")
        self._count += 1
        out_end = f"{{ready{self._count}}}\n".encode()
        err_end = f"{{end{self._count}}}\n".encode()
        lines += [b"-echo4", b"=${status}" + err_end.rstrip(), b"-execute%d\n" % self._count]
        deadline = time.monotonic() + self.timeout
        try:
            out, err = _exchange(self._process, b"\n".join(lines), (out_end, err_end), deadline)
        except (OSError, ProcessError) as exc:
            self.terminate()
            raise ProcessError(str(exc)) from exc
        err, _, status = err.rpartition(b"=")
        if not status.isdigit():
            raise ExifToolVersionError(f"it cannot tell its status, but says {status!r}")
        self._last_status = int(status)
        self._last_stdout = out if raw_bytes else out.decode(self.encoding)
        self._last_stderr = err if raw_bytes else err.decode(self.encoding)
        return self._last_stdout

    def terminate(self, timeout: float = 5, _del: bool = False) -> None:
        """Kill the process with all that it started; it holds nothing that could be lost.

        Args:
            timeout: Seconds to wait for the end of one that hangs in a dead network disk.
        """
        process = self._process
        self._flag_running_false()
        if process is None:
            return
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout)

    def _line(self, param: str | bytes) -> bytes:
        line = param if isinstance(param, bytes) else param.encode(self.encoding)
        if b"\n" in line or b"\r" in line:
            raise ValueError("an argument with a line break")
        return line


def _exchange(
    process: subprocess.Popen[bytes], command: bytes, ends: tuple[bytes, bytes], deadline: float
) -> tuple[bytes, bytes]:
    """Send a command and return what comes on stdout and stderr before their ``ends``."""
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    stdin, out, err = (pipe.fileno() for pipe in (process.stdin, process.stdout, process.stderr))
    read = {out: bytearray(), err: bytearray()}
    poller = select.poll()
    poller.register(stdin, select.POLLOUT)
    poller.register(out, select.POLLIN)
    poller.register(err, select.POLLIN)
    while command or not (read[out].endswith(ends[0]) and read[err].endswith(ends[1])):
        left = deadline - time.monotonic()
        if left <= 0:
            raise ProcessError("exiftool did not answer in time")
        for descriptor, _ in poller.poll(left * 1000):
            if descriptor != stdin:
                read[descriptor] += _block(descriptor)
                continue
            command = command[os.write(stdin, command) :]
            if not command:
                poller.unregister(stdin)
    return bytes(read[out][: -len(ends[0])]), bytes(read[err][: -len(ends[1])])


def _block(descriptor: int) -> bytes:
    block = os.read(descriptor, _BLOCK)
    if not block:
        raise ProcessError("exiftool died")
    return block
