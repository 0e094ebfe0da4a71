"""One exiftool process in ``-stay_open`` mode.

PyExifTool drives the same protocol, but spins for ever when exiftool dies, waits for ever when it
hangs and deadlocks when it warns a lot; one bad photo would take the run with it.
"""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tagwright.errors import MissingProgramError
from tagwright_adapters.exiftool import launch

CONFIG = Path(__file__).with_name("tagwright.config")
_BLOCK = 1 << 18  # bytes


class ProcessError(Exception):
    """exiftool died or did not answer in time; the next command starts a new one."""


@dataclass(frozen=True, slots=True)
class Output:
    """What one command printed."""

    stdout: bytes
    stderr: bytes


class Process:
    """Runs commands one after the other; not to be shared by threads.

    Started at the first command, started anew after a death.
    """

    def __init__(self, program: str = "exiftool") -> None:
        self._program = program
        self._popen: subprocess.Popen[bytes] | None = None
        self._count = 0

    def execute(self, arguments: Sequence[str], *, timeout: float) -> Output:
        """Run one command.

        Args:
            arguments: One per line of exiftool's argument file: no line breaks, no file names or
                values that other people chose.
            timeout: Seconds until the process is killed.

        Raises:
            MissingProgramError: exiftool is not installed.
            ProcessError: it died or was killed.
        """
        if any("\n" in argument or "\r" in argument for argument in arguments):
            raise ValueError("an argument with a line break")
        popen = self._running()
        self._count += 1
        err_end = f"{{end{self._count}}}\n".encode()
        out_end = f"{{ready{self._count}}}\n".encode()
        lines = [*arguments, "-echo4", f"{{end{self._count}}}", f"-execute{self._count}", ""]
        try:
            assert popen.stdin is not None
            popen.stdin.write("\n".join(lines).encode())
            popen.stdin.flush()
            return _read(popen, out_end, err_end, time.monotonic() + timeout)
        except (OSError, ProcessError) as exc:
            self.close()
            raise ProcessError(str(exc)) from exc

    def close(self) -> None:
        """Kill the process; it holds nothing that could be lost."""
        popen, self._popen = self._popen, None
        if popen is None:
            return
        popen.kill()
        for pipe in (popen.stdin, popen.stdout, popen.stderr):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        popen.wait()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._popen is not None and self._popen.poll() is not None:
            self.close()
        if self._popen is None:
            self._popen = _start(self._program)
        return self._popen


def _start(program: str) -> subprocess.Popen[bytes]:
    found = shutil.which(program)
    if found is None:
        cure = "Install it: 'apt install libimage-exiftool-perl' on Debian and Ubuntu."
        raise MissingProgramError("exiftool is not installed.", cure=cure)
    command = [sys.executable, "-IS", launch.__file__, str(os.getpid()), found]
    command += ["-config", str(CONFIG), "-stay_open", "True", "-@", "-"]
    return subprocess.Popen(
        command,
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "LC_ALL": "C"},
        start_new_session=True,  # Ctrl-C is for us: what is in hand gets finished
    )


def _read(
    popen: subprocess.Popen[bytes], out_end: bytes, err_end: bytes, deadline: float
) -> Output:
    assert popen.stdout is not None
    assert popen.stderr is not None
    out, err = popen.stdout.fileno(), popen.stderr.fileno()
    read = {out: bytearray(), err: bytearray()}
    poller = select.poll()
    poller.register(out, select.POLLIN)
    poller.register(err, select.POLLIN)
    while not (read[out].endswith(out_end) and read[err].endswith(err_end)):
        left = deadline - time.monotonic()
        if left <= 0:
            raise ProcessError("exiftool did not answer in time")
        for descriptor, _ in poller.poll(left * 1000):
            block = os.read(descriptor, _BLOCK)
            if not block:
                raise ProcessError("exiftool died")
            read[descriptor] += block
    return Output(bytes(read[out][: -len(out_end)]), bytes(read[err][: -len(err_end)]))
