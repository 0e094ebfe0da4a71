"""Starts ``tagwright`` in processes of its own, without importing everything anew for each.

A fork server, as that of multiprocessing: it has imported what commands do, and each command is a
fork of it, with its own folder, environment, streams, signals and exit code. Hundreds of commands
are started here; that each starts in a fresh interpreter, too, is shown by ``test_fresh_starts``.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

_LONGEST = 2**17  # bytes of a request
_STREAMS = ("stdin", "stdout", "stderr")
Argument = str | bytes | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended."""

    returncode: int
    stdout: str
    stderr: str


class Running:
    """A command that runs, as ``subprocess.Popen`` would show it."""

    def __init__(self, words: IO[str]) -> None:
        self._words = words  # its process, and its exit code when it has ended
        self.pid = int(words.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code; None: it runs still."""
        if self.returncode is None and select.select([self._words], [], [], 0)[0]:
            self._end()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return the exit code."""
        if self.returncode is None:
            if not select.select([self._words], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            self._end()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it, unless it has ended."""
        self.send_signal(signal.SIGKILL)

    def _end(self) -> None:
        self.returncode = int(self._words.readline())
        self._words.close()


class ForkServer:
    """Starts commands; end it with :meth:`close`."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=os.environ | {"PYTHONWARNINGS": "error"},
            )

    def start(
        self,
        arguments: Sequence[Argument],
        cwd: Path,
        env: Mapping[str, str],
        **streams: IO[Any],
    ) -> Running:
        """Start ``tagwright``; its ``stdin``, ``stdout`` and ``stderr`` lead nowhere else."""
        request = json.dumps([[os.fsdecode(one) for one in arguments], os.fspath(cwd), dict(env)])
        told, tells = os.pipe()
        with Path(os.devnull).open("r+b") as nowhere:
            files = [streams.get(name, nowhere).fileno() for name in _STREAMS]
            socket.send_fds(self._socket, [request.encode()], [*files, tells])
        os.close(tells)
        return Running(os.fdopen(told))

    def run(
        self,
        arguments: Sequence[Argument],
        cwd: Path,
        env: Mapping[str, str],
        timeout: float = 120,
        **streams: IO[Any],
    ) -> Ended:
        """Run ``tagwright`` until it ends; a ``stdin`` may be given."""
        with TemporaryFile() as out, TemporaryFile() as err:
            running = self.start(arguments, cwd, env, stdout=out, stderr=err, **streams)
            try:
                code = running.wait(timeout)
            finally:
                running.kill()
            out.seek(0)
            err.seek(0)
            return Ended(code, out.read().decode(), err.read().decode())

    def close(self) -> None:
        """End it; commands that run go on."""
        self._socket.close()
        self._process.wait()


def _serve(requests: socket.socket) -> tuple[list[str], str, dict[str, str], list[int]] | None:
    """Return in each command's process what it is to do; None: nobody asks any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the keepers
    while True:
        text, files, *_ = socket.recv_fds(requests, _LONGEST, len(_STREAMS) + 1)
        if not text:
            return None
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _keep(files.pop())
            return (*json.loads(text), files)
        for file in files:
            os.close(file)


def _keep(tells: int) -> None:
    """Become two: who returns is the command; the other says how that ends."""
    if (command := os.fork()) == 0:
        os.close(tells)
        return
    os.write(tells, f"{command}\n".encode())
    _, status = os.waitpid(command, 0)
    os.write(tells, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _import_all() -> None:
    """Import what commands import when they are asked for, but nothing that starts threads."""
    import tagwright_plugins  # noqa: PLC0415 - here alone
    from tagwright.mapping.language.lexicon import CHECKED, lemma  # noqa: PLC0415 - as above

    for module in pkgutil.walk_packages(tagwright_plugins.__path__, "tagwright_plugins."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    for name in ("llm.connection", "llm.models", "label_services.tagger"):
        import_module(f"tagwright_adapters.{name}")
    for language in CHECKED:
        lemma("photo", language)  # reads the dictionary
    gc.collect()
    gc.freeze()  # else each fork walks, and so copies, all of it as it ends


def _main() -> None:
    _import_all()
    assert len(os.listdir("/proc/self/task")) == 1
    with socket.socket(fileno=int(sys.argv[1])) as requests:
        told = _serve(requests)
    if told is None:
        return
    arguments, cwd, env, files = told
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    sys.argv[1:] = arguments
    try:
        runpy.run_module("tagwright_plugins.cli", run_name="__main__", alter_sys=True)
    except SystemExit as exc:
        _end(int(exc.code or 0))


def _end(code: int) -> None:
    """End as an interpreter does, but for taking all apart that was imported."""
    threading._shutdown()  # type: ignore[attr-defined] # waits for threads, as there
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _main()
