"""One long-lived exiftool: it may die, hang or babble, and the next command still works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tagwright.errors import MissingProgramError
from tagwright_adapters.exiftool import Process, ProcessError

SECONDS = 10.0


def test_many_commands_share_one_process() -> None:
    """The second command is answered by the process that answered the first."""
    process = Process()
    try:
        first, pid = process.execute(["-ver"], timeout=SECONDS), process._popen.pid  # type: ignore[union-attr]
        second = process.execute(["-ver"], timeout=SECONDS)
        assert first == second
        assert first.stdout.strip()
        assert process._popen is not None
        assert process._popen.pid == pid
    finally:
        process.close()


def test_a_missing_program_is_named_with_its_cure() -> None:
    """Without exiftool the error says which package brings it."""
    with pytest.raises(MissingProgramError, match="libimage-exiftool-perl"):
        Process("no-such-exiftool").execute(["-ver"], timeout=SECONDS)


def test_a_line_break_cannot_smuggle_an_argument() -> None:
    """The argument protocol ends at a line break, so none is let through."""
    with pytest.raises(ValueError, match="line break"):
        Process().execute(["-ver\n-delete_original!"], timeout=SECONDS)


def test_a_killed_exiftool_is_replaced() -> None:
    """A death between two commands goes unnoticed."""
    process = Process()
    try:
        version = process.execute(["-ver"], timeout=SECONDS)
        assert process._popen is not None
        process._popen.kill()
        process._popen.wait()
        assert process.execute(["-ver"], timeout=SECONDS) == version
    finally:
        process.close()


def test_an_exiftool_that_dies_over_a_picture_is_an_error(program: Callable[[str], str]) -> None:
    """A death in the middle of a command ends that command alone."""
    process = Process(program("read line; exit 3"))
    try:
        for _ in range(2):
            with pytest.raises(ProcessError):
                process.execute(["-ver"], timeout=SECONDS)
    finally:
        process.close()


def test_an_exiftool_that_hangs_is_killed_in_time(program: Callable[[str], str]) -> None:
    """A command that takes too long is ended, with its process."""
    process = Process(program("exec sleep 60"))
    started = time.monotonic()
    with pytest.raises(ProcessError, match="in time"):
        process.execute(["-ver"], timeout=0.2)
    assert time.monotonic() - started < SECONDS
    assert process._popen is None


def test_a_babbling_exiftool_does_not_block() -> None:
    """More warnings than a pipe holds are read while the command runs."""
    process = Process()
    try:
        text = "x" * 4000
        output = process.execute(["-ver", *(["-echo3", text] * 100)], timeout=SECONDS)
        assert len(output.stderr) + len(output.stdout) > 4000
    finally:
        process.close()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no death signal")
def test_exiftool_dies_with_us() -> None:
    """kill -9 leaves no exiftool behind, which would wait for ever for its next command."""
    code = (
        "import time; from tagwright_adapters.exiftool import Process\n"
        "p = Process(); p.execute(['-ver'], timeout=10)\n"
        "print(p._popen.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + SECONDS
    while _runs(child):
        assert time.monotonic() < deadline, "exiftool outlived us"
        os.sched_yield()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state not in "ZX"


def test_ctrl_c_does_not_reach_exiftool() -> None:
    """What is in hand is finished: the terminal's signal goes to our process group alone."""
    process = Process()
    try:
        process.execute(["-ver"], timeout=SECONDS)
        assert process._popen is not None
        assert os.getpgid(process._popen.pid) != os.getpgrp()
        assert signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
    finally:
        process.close()
