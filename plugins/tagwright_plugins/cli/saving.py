"""Texts to files, all or nothing."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from tagwright.errors import ConfigurationError
from tagwright.taxonomy.decoding import source_name

STDOUT = "-"


def check_target(target: str, *, force: bool) -> None:
    """Refuse a target that would be lost, or that cannot be one.

    Raises:
        ConfigurationError: it is there and ``force`` is not given, or it is no file.
    """
    path = Path(target).expanduser()
    if target == STDOUT or not path.exists():
        return
    if not path.is_file():
        msg = f"{source_name(path)} is no file."
        raise ConfigurationError(msg, cure="Name a file, or - for the terminal.")
    if not force:
        msg = f"{source_name(path)} is there already."
        raise ConfigurationError(msg, cure="Name another file, or replace it with --force.")


def save(text: str, target: str) -> None:
    """Write a text as UTF-8 to a file or, for ``-``, to standard output.

    What stood in the file is there in full until the new text is, whatever happens.

    Raises:
        ConfigurationError: the file cannot be written.
    """
    data = text.encode()
    if target == STDOUT:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    path = Path(target).expanduser().resolve()
    beside = path.with_name(f".{path.name[:200]}.{os.getpid()}.tmp")
    try:
        try:
            _write(data, beside, path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as exc:
        msg = f"{source_name(path)} cannot be written: {exc.strerror or type(exc).__name__}."
        raise ConfigurationError(msg, cure="Check the folder, its permissions and space.") from exc


def _write(data: bytes, beside: Path, path: Path) -> None:
    with beside.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    if path.exists():
        shutil.copymode(path, beside)
    os.replace(beside, path)
