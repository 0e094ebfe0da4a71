"""Which processes are alive: a lock on a file says so, even across containers and after kill -9."""

from __future__ import annotations

import fcntl
import os
import secrets
from pathlib import Path

from tagwright.errors import StateError


class Owner:
    """This process, as the holder of work. Its lock ends with the process, however that ends."""

    def __init__(self, directory: Path) -> None:
        """Take a lock file of our own below ``directory``."""
        self.id = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._directory = directory
        self._path = directory / f"{self.id}.lock"
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            raise StateError(
                f"no lock can be taken in {directory}: {exc.strerror}.",
                cure="Put the state directory on a local disk that you may write to.",
            ) from exc

    def is_alive(self, other: str) -> bool:
        """Whether the process that took the name ``other`` still runs."""
        if other == self.id:
            return True
        path = self._directory / f"{other}.lock"
        try:
            file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(file)
        path.unlink(missing_ok=True)
        return False

    def close(self) -> None:
        """Give up the lock."""
        self._path.unlink(missing_ok=True)
        os.close(self._file)
