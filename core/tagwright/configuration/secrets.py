"""Secrets come from the environment or from files that it names; they are never kept or logged."""

from __future__ import annotations

import os
from pathlib import Path

from tagwright.errors import ConfigurationError


def secret(name: str) -> str | None:
    """Return the value of the variable ``name``, or the content of the file in ``name_FILE``.

    ``TAGWRIGHT_`` may stand before either, and then goes first.

    Raises:
        ConfigurationError: the file cannot be read.
    """
    for variable in (f"TAGWRIGHT_{name}", name):
        if value := os.environ.get(variable, "").strip():
            return value
        if path := os.environ.get(f"{variable}_FILE"):
            return _read(variable, Path(path))
    return None


def _read(variable: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigurationError(
            f"the file {path} that {variable}_FILE names cannot be read.",
            cure="Check that it exists and that this user may read it.",
        ) from exc
