"""One long-lived exiftool: it may die, hang or babble, and the next command still works."""

from __future__ import annotations

import gc
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
    with Process() as process:
        pid = process._process.pid
        assert process.execute("-ver") == process.execute("-ver") == f"{process.version}\n"
        process.run()
        assert process._process.pid == pid


def test_what_a_command_says_is_kept_apart() -> None:
    """As with PyExifTool itself: the answer, the warnings and the exit status."""
    with Process() as process:
        assert process.execute("-echo", "one", "-echo2", "two", "-ver", raw_bytes=True)
        assert (process.last_stderr, process.last_status) == (b"two\n", 0)
        assert process.execute("no-such-file") == ""
        assert "not found" in process.last_stderr
        assert process.last_status == 1


def test_a_missing_program_is_named_with_its_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without exiftool the error says which package brings it, whatever lies among the photos."""
    (tmp_path / "no-such-exiftool").touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MissingProgramError, match="libimage-exiftool-perl"):
        Process("no-such-exiftool")


def test_an_old_exiftool_is_refused(program: Callable[[str], str]) -> None:
    """The error names the version that is needed."""
    old = """while read -r line; do case $line in -execute*) n=${line#-execute}
      echo "11.88"; echo "{ready$n}"; echo "=\\${status}{end$n}" >&2;; esac; done"""
    process = Process(program(old), timeout=SECONDS)
    with pytest.raises(MissingProgramError, match=r"older than 12\.15"):
        process.run()
    assert not process.running


@pytest.mark.parametrize("argument", ["-ver\n-delete_original!", b"-ver\r-delete_original!"])
def test_a_line_break_cannot_smuggle_an_argument(argument: str | bytes) -> None:
    """The argument protocol ends at a line break, so none is let through."""
    with Process() as process, pytest.raises(ValueError, match="line break"):
        process.execute(argument)


def test_a_killed_exiftool_is_replaced() -> None:
    """A death between two commands is noticed without a warning, and a new one started."""
    with Process() as process:
        version = process.version
        process._process.kill()
        process._process.wait()
        assert not process.running
        process.run()
        assert process.version == version


def test_an_exiftool_that_dies_over_a_picture_is_an_error() -> None:
    """A death in the middle of a command ends that command alone."""
    with Process() as process:
        for _ in range(2):
            process.run()
            process._process.kill()
            with pytest.raises(ProcessError):
                process.execute("-ver")


@pytest.mark.parametrize("script", ["exit 3", "read line; exit 3"])
def test_an_exiftool_that_dies_at_once_is_an_error(
    program: Callable[[str], str], script: str
) -> None:
    """Every start is tried once, and none for ever."""
    process = Process(program(script), timeout=SECONDS)
    for _ in range(2):
        with pytest.raises(ProcessError):
            process.run()


def test_an_exiftool_that_hangs_is_killed_in_time(
    program: Callable[[str], str], tmp_path: Path
) -> None:
    """A command that takes too long is ended, with what a wrapper script has started for it."""
    child = tmp_path / "child"
    process = Process(program(f"sleep 60 & echo $! > {child}; wait"), timeout=2)
    started = time.monotonic()
    with pytest.raises(ProcessError, match="in time"):
        process.run()
    assert time.monotonic() - started < SECONDS
    assert not process.running
    _wait_for_the_end(int(child.read_text()))


def test_an_exiftool_that_reads_nothing_is_killed_in_time() -> None:
    """A command that is longer than a pipe is given up too."""
    with Process() as process:
        process.timeout = 0.3
        process._process.send_signal(signal.SIGSTOP)
        with pytest.raises(ProcessError, match="in time"):
            process.execute(*(["-echo3", "x" * 4000] * 100))


def test_a_babbling_exiftool_does_not_block() -> None:
    """More warnings than a pipe holds are read while the command runs."""
    missing = [f"no-such-file-{number}-{'x' * 200}" for number in range(2000)]
    with Process() as process:
        process.execute(*missing)
        assert process.last_stderr.count("no-such-file") == len(missing)


def test_a_forgotten_process_ends(recwarn: pytest.WarningsRecorder) -> None:
    """Collected without a warning, whether it ever started or not."""
    process = Process()
    process.run()
    assert process._process is not None
    pid = process._process.pid
    del process
    Process()
    gc.collect()
    assert not _runs(pid)
    assert not recwarn.list


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no death signal")
def test_exiftool_dies_with_us() -> None:
    """kill -9 leaves no exiftool behind, which would wait for ever for its next command."""
    code = (
        "import time; from tagwright_adapters.exiftool import Process\n"
        "p = Process(); p.run()\n"
        "print(p._process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    _wait_for_the_end(child)


def _wait_for_the_end(pid: int) -> None:
    deadline = time.monotonic() + SECONDS
    while _runs(pid):
        assert time.monotonic() < deadline, "it lives on"
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
    before = signal.getsignal(signal.SIGINT)  # ignored, where a shell runs this in its background
    with Process() as process:
        assert os.getpgid(process._process.pid) != os.getpgrp()
        assert signal.getsignal(signal.SIGINT) is before
