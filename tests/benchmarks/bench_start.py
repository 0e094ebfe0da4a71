"""``tagwright --help`` against an empty click program."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

_EMPTY = "import click\n@click.command()\ndef main(): pass\nmain()"
_ROUNDS = 11


def main() -> None:
    """Print the row."""
    empty, ours = [], []
    for _ in range(_ROUNDS):
        empty.append(_cpu([sys.executable, "-c", _EMPTY, "--help"]))
        ours.append(_cpu([sys.executable, "-m", "tagwright_plugins.cli", "--help"]))
    bare, mine = statistics.median(empty), statistics.median(ours)
    print(f"--help: {mine * 1e3:.0f} ms CPU, ", end="")
    print(f"{mine / bare:.2f}x of an empty click program (goal <= 3)")


def _cpu(command: list[str]) -> float:
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    user = after.children_user - before.children_user
    return user + after.children_system - before.children_system


if __name__ == "__main__":
    main()
