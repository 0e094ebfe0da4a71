"""Become the program given, killed by the kernel when the process that asked for it dies.

Run as a script: ``python launch.py PARENT_PID PROGRAM ARGUMENT…``. exiftool in ``-stay_open`` mode
never ends by itself when its input does. A ``preexec_fn`` would do the same in fewer lines but is
not safe in a process with threads.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(arguments: list[str]) -> None:
    """Replace this process."""
    parent, program, *rest = arguments
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != int(parent):
            sys.exit(1)
    os.execv(program, [program, *rest])  # noqa: S606 - the path was looked up by the caller


if __name__ == "__main__":
    main(sys.argv[1:])
