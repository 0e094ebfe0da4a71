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
        """Take the options as click gives them; without a state, find it in the configuration.

        Raises:
            ConfigurationError: it cannot be used.
        """
        return cls.resolved(place, config, None) if state is None else cls(place, config, state)

    @classmethod
    def resolved(cls, place: Path | None, config: Path | None, state: Path | None) -> Called:
        """Find out what was not given, so that the working directory matters no more.

        Raises:
            ConfigurationError: the configuration cannot be used.
        """
        from tagwright.configuration import load  # noqa: PLC0415 - takes a while

        configuration, source = load(config, {"state": state})
        return cls(place, source, configuration.state)

    def command(self, *words: str) -> tuple[str, ...]:
        """Return the command line of ``tagwright digikam`` with these options."""
        named = {"--database": self.place, "--config": self.config, "--state": self.state}
        given = [f"{name}={path.absolute()}" for name, path in named.items() if path is not None]
        return (*program(), "digikam", *words, *given)
