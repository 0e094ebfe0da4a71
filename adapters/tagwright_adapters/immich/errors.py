"""What can go wrong between Immich and us."""

from __future__ import annotations

from tagwright.errors import ErrorClass, TagwrightError


class ImmichError(TagwrightError):
    """Immich gave no usable answer."""

    stops_run = True


class ImmichUnavailableError(ImmichError):
    """Immich is down, overloaded or out of reach."""

    exit_code = 3
    error_class = ErrorClass.TRANSIENT


class ImmichSetupError(ImmichError):
    """The address or the key of Immich is wrong."""

    exit_code = 2


class ImmichPermissionError(ImmichSetupError):
    """The key may not do what is needed."""
