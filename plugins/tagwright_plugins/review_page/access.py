"""Who may see the page: this machine, or whoever holds the token; and what no answer is without."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from tagwright.errors import StateError

COOKIE = "tagwright_token"


@dataclass(frozen=True, slots=True)
class Access:
    """The token that is asked for where others can reach the page."""

    digest: str  # SHA-256, in hexadecimal

    def allows(self, token: str) -> bool:
        """Say whether that is the token."""
        return hmac.compare_digest(_digest(token), self.digest)


def given_access(state: Path, token: str | None) -> Access | None:
    """Return the access by a token, else the one that is stored; None: there is neither.

    Raises:
        StateError: what is stored cannot be read.
    """
    if token:
        return Access(_digest(token))
    try:
        stored = _stored(_path(state))
    except (OSError, UnicodeError) as exc:
        raise _unusable(_path(state), exc) from exc
    return Access(stored) if stored else None


def make_access(state: Path, *, renew: bool) -> tuple[Access, str | None]:
    """Return the access that is stored, or a new one with its token, which is kept nowhere.

    Raises:
        StateError: it cannot be stored.
    """
    path = _path(state)
    try:
        stored = _stored(path)
        if stored and not renew:
            return Access(stored), None
        token = secrets.token_urlsafe(24)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(_digest(token))
    except (OSError, UnicodeError) as exc:
        raise _unusable(path, exc) from exc
    return Access(_digest(token)), token


def _path(state: Path) -> Path:
    return state / "review-token"


def _stored(path: Path) -> str:
    return path.read_text(encoding="ascii").strip() if path.exists() else ""


def _unusable(path: Path, exc: Exception) -> StateError:
    cure = "Check that directory, or remove the file."
    return StateError(f"{path} cannot be used: {exc}.", cure=cure)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
