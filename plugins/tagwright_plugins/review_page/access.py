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


def make_access(state: Path, *, renew: bool) -> tuple[Access, str | None]:
    """Return the access that is stored, or a new one with its token, which is kept nowhere.

    Raises:
        StateError: it cannot be stored.
    """
    path = state / "review-token"
    try:
        stored = path.read_text(encoding="ascii").strip() if path.exists() else ""
        if stored and not renew:
            return Access(stored), None
        token = secrets.token_urlsafe(24)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(_digest(token))
    except (OSError, UnicodeError) as exc:
        cure = "Check that directory, or remove the file."
        raise StateError(f"{path} cannot be used: {exc}.", cure=cure) from exc
    return Access(_digest(token)), token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
