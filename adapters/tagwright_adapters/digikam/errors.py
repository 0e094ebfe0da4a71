"""What can go wrong between digiKam and us."""

from __future__ import annotations

from tagwright.errors import ConfigurationError


class DigikamError(ConfigurationError):
    """digiKam's settings or database cannot be used."""


class DigikamNotFoundError(DigikamError):
    """There are no settings of digiKam, or the database that they name is not there."""

    exit_code = 3
