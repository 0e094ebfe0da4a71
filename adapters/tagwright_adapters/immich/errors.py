"""What can go wrong between Immich and us."""

from __future__ import annotations

from tagwright.errors import ErrorClass, MetadataError, TagwrightError


class ImmichError(TagwrightError):
    """Immich gave no usable answer."""

    stops_run = True


class ImmichUnavailableError(ImmichError):
    """Immich is down, overloaded or out of reach."""

    exit_code = 3
    error_class = ErrorClass.TRANSIENT
    retry_after: float | None = None
    """Seconds that the server asks to wait, if it does."""


class ImmichSetupError(ImmichError):
    """The address or the key of Immich is wrong."""

    exit_code = 2


class ImmichPermissionError(ImmichSetupError):
    """The key may not do what is needed."""


class ImmichTooOldError(ImmichSetupError):
    """The server is too old, or does not know this call."""


class ImmichMissingError(ImmichError):
    """What was asked for is gone, locked away, or another's: Immich does not tell which."""

    stops_run = False


class ImmichNoPreviewError(ImmichError):
    """There is no preview yet, or never will be, because the file is corrupt."""

    stops_run = False
    error_class = ErrorClass.TRANSIENT


class ImmichBusyError(ImmichError):
    """Immich has not finished what it does by itself after an upload or a change."""

    stops_run = False
    error_class = ErrorClass.TRANSIENT


class ImmichTagGoneError(ImmichError):
    """A tag that was to be set has been deleted meanwhile; the photo is to be judged again."""

    stops_run = False
    error_class = ErrorClass.TRANSIENT


class ImmichReadOnlyError(MetadataError):
    """The photo is in an external library that Immich may not write to."""
