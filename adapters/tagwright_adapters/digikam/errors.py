"""What can go wrong between digiKam and us."""

from __future__ import annotations

from tagwright.errors import ConfigurationError


class DigikamError(ConfigurationError):
    """digiKam's settings or database cannot be used."""
