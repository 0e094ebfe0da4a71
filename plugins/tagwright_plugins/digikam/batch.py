"""What the workflow in digiKam's Batch Queue Manager runs for each photo.

digiKam gives two paths: the photo, and a name under which its result is to stand; that file takes
the photo's place. There being none is the only sign of failure that every version of digiKam heeds.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from tagwright.errors import ConfigurationError, TagwrightError
from tagwright_adapters.digikam import bus
from tagwright_adapters.files.replacing import prepare
from tagwright_plugins.digikam.resident.client import ask
from tagwright_plugins.digikam.telling import is_news

PATIENCE = 45.0  # s; digiKam waits 60 and kills the script then

# No path holds two slashes, so that no name of a photo can end what is pasted before them.
BETWEEN, END = "//", "///"

_TEMPORARY = ".digikamtempfile."  # in names of what another tool of the queue has made
_LONGEST = 100_000  # bytes; a path has at most 4,096


def run(state: Path, command: Sequence[str]) -> int:
    """Tag the photo that standard input names, and make its result; return the exit code."""
    try:
        photo, result = read_paths(sys.stdin.buffer.read(_LONGEST))
        _tag(state, photo, result, command)
    except TagwrightError as exc:
        click.echo(f"Error: {exc}", err=True)
        # One for a queue of hundreds that all fail alike.
        if is_news(state / "digikam.told"):
            bus.notify("Tagwright: a photo was not tagged", str(exc))
        return max(exc.exit_code, 1)
    return 0


def read_paths(pasted: bytes) -> tuple[Path, Path]:
    r"""Return the photo and its result as digiKam pasted them into the script.

    Raises:
        ConfigurationError: they are not what digiKam gives to a script.
    """
    photo, between, result = os.fsdecode(pasted).removesuffix("\n").partition(f"\n{BETWEEN}\n")
    quoted = all(one[:1] == one[-1:] == '"' and len(one) > 1 for one in (photo, result))
    if not between or not quoted:
        message = "this is for the workflow in digiKam's Batch Queue Manager."
        raise ConfigurationError(message, cure="Use 'tagwright tag' for photos by name.")
    # digiKam puts the result's path in wherever that word stands, in the photo's name too.
    name = photo[1:-1].replace(result, "$OUTPUT")
    return Path(name), Path(result[1:-1])


def _tag(state: Path, photo: Path, result: Path, command: Sequence[str]) -> None:
    if _TEMPORARY in photo.name:
        message = (
            "another tool of the queue comes before Tagwright, which would tag a passing file."
        )
        raise ConfigurationError(message, cure="Put 'Tag with Tagwright' into a queue of its own.")
    if photo.is_symlink():
        message = "it is a link, and digiKam would put a copy in its place."
        raise ConfigurationError(message, asset=str(photo), cure="Use Open With for it.")
    for outcome in ask(state, [photo], command, PATIENCE):
        if not outcome.done:
            raise TagwrightError(outcome.said)
    _copy(photo, result)


def _copy(photo: Path, result: Path) -> None:
    """Make the result, complete and verified from its first moment, since it replaces the photo."""

    def fill(beside: Path) -> None:
        shutil.copyfile(photo, beside)

    def check(beside: Path) -> None:
        if not filecmp.cmp(photo, beside, shallow=False):
            raise TagwrightError("it was changed meanwhile.", asset=str(photo))

    try:
        complete = prepare(result, fill, check, like=photo, is_new=False, newer_than=0)
        os.replace(complete, result)
    except OSError as exc:
        message = f"no copy for digiKam can be made: {exc.strerror}."
        raise TagwrightError(message, asset=str(photo)) from exc
