"""The secrets that workflows show us, kept in the state directory."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from tagwright.errors import StateError

_SHORTEST = 16  # characters


def webhook_secret(state: Path, account: str) -> str:
    """Return the secret of an account's workflows; where there is none yet, it is made.

    Raises:
        StateError: it can neither be read nor made.
    """
    secret = stored_secret(state, account)
    if secret is not None:
        return secret
    path = _path(state, account)
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(path)
    except OSError as exc:
        raise _unusable(path, exc) from exc
    return webhook_secret(state, account)


def stored_secret(state: Path, account: str) -> str | None:
    """Return the secret of an account's workflows; None: there is none yet.

    Raises:
        StateError: it cannot be read.
    """
    path = _path(state, account)
    try:
        secret = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeError) as exc:
        raise _unusable(path, exc) from exc
    if len(secret) < _SHORTEST:
        cure = "Remove it, and run 'tagwright immich install'."
        raise StateError(f"{path} holds no secret.", cure=cure)
    return secret


def _path(state: Path, account: str) -> Path:
    return state / f"immich-{account}.webhook"


def _unusable(path: Path, exc: Exception) -> StateError:
    cure = "Check that directory, or remove the file."
    return StateError(f"{path} cannot be used: {exc}.", cure=cure)


def _make(path: Path) -> None:
    """Make it in one go: two processes that begin at once must end up with the same."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(secrets.token_urlsafe(32))
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
