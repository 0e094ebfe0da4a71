"""What people ask of a daemon, from other processes: files in the state directory.

Not signals: the daemon may live in another container, where its process has another number.
"""

from __future__ import annotations

from pathlib import Path

from tagwright.errors import StateError


class Requests:
    """Asks a daemon of a state directory by its name, or hears what it is asked."""

    def __init__(self, state: Path, name: str = "watch") -> None:
        self._paused = state / f"{name}.paused"
        self._look = state / f"{name}.look"

    @property
    def paused(self) -> bool:
        """Whether nothing is to be begun with; lasts until it is taken back."""
        return self._paused.exists()

    def pause(self) -> None:
        """Ask it to begin with no photo."""
        _leave(self._paused)

    def resume(self) -> None:
        """Ask it to go on."""
        self._paused.unlink(missing_ok=True)

    def look(self) -> None:
        """Ask it to look at everything again."""
        _leave(self._look)

    def heard_look(self) -> bool:
        """Return whether it was asked to, once for each time."""
        if not self._look.exists():
            return False
        self._look.unlink(missing_ok=True)
        return True


def _leave(note: Path) -> None:
    try:
        note.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        note.touch(mode=0o600)
    except OSError as exc:
        raise StateError(
            f"{note} cannot be written: {exc.strerror}.",
            cure="Use the account that the daemon runs under.",
        ) from exc
