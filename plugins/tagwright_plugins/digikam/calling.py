"""How commands for digiKam call each other, so that all use the same digiKam and state."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tagwright_plugins.cli.program import program


@dataclass(frozen=True, slots=True)
class Called:
    """The options that all of them have; None: the usual place."""

    place: Path | None  # of digiKam's settings or database
    config: Path | None
    state: Path

    @classmethod
    def make(cls, place: Path | None, config: Path | None, state: Path | None) -> Called:
        """Take the options as click gives them; the configuration says what was not given.

        Raises:
            ConfigurationError: it cannot be used.
        """
        if state is None or config is None:
            from tagwright.configuration import load  # noqa: PLC0415 - takes a while

            configuration, config = load(config, {"state": state})
            state = configuration.state
        return cls(place, config, state)

    def command(self, *words: str) -> tuple[str, ...]:
        """Return the command line of ``tagwright digikam`` with these options."""
        named = {"--database": self.place, "--config": self.config, "--state": self.state}
        given = [f"{name}={path.absolute()}" for name, path in named.items() if path is not None]
        return (*program(), "digikam", *words, *given)
