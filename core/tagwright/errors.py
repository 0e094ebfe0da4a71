"""Every error that Tagwright raises on purpose.

Each says what failed, on which asset and what to do next. Errors of libraries and of the outside
world are turned into these at the boundary where they arise, with ``raise … from``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from tagwright.model import Usage


class ErrorClass(StrEnum):
    """What an error means for the work that met it."""

    TRANSIENT = "transient"  # the same work may succeed later; never counted against a photo
    PERMANENT = "permanent"  # this photo, as it is, will fail again
    REFUSED = "refused"  # the service declined this photo; asking again costs and changes nothing
    BUDGET = "budget"  # allowed to go on once a person raises a limit


class TagwrightError(Exception):
    """Something went wrong."""

    exit_code: ClassVar[int] = 1
    error_class: ClassVar[ErrorClass] = ErrorClass.PERMANENT
    stops_run: ClassVar[bool] = False
    """Whether going on with other photos is pointless: every one would fail the same way."""

    def __init__(
        self, message: str | None = None, *, asset: str | None = None, cure: str | None = None
    ) -> None:
        """Without a message, the class docstring is the message.

        Args:
            message: What failed, in one sentence.
            asset: The photo that it failed on, as its host names it.
            cure: What the person at the keyboard can do about it.
        """
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        self.asset = asset
        self.cure = cure
        super().__init__(self.message)

    def __str__(self) -> str:
        text = f"{self.asset}: {self.message}" if self.asset else self.message
        return f"{text} {self.cure}" if self.cure else text


class ConfigurationError(TagwrightError):
    """The configuration cannot be used."""

    exit_code = 2
    stops_run = True


class TaxonomyError(ConfigurationError):
    """The taxonomy cannot be used."""


class MissingProgramError(TagwrightError):
    """A program or package that this needs is not installed."""

    exit_code = 3
    stops_run = True


class StateError(TagwrightError):
    """Tagwright's own database cannot be used."""

    error_class = ErrorClass.TRANSIENT
    stops_run = True


class AssetError(TagwrightError):
    """This photo cannot be worked on."""


class UnreadableError(AssetError):
    """The picture cannot be decoded."""


class VanishedError(AssetError):
    """The photo is no longer there."""


class MetadataError(AssetError):
    """The photo's metadata cannot be read or written."""


class VerificationError(MetadataError):
    """What was written is not what reads back."""


class LibraryError(AssetError):
    """The library that holds this photo cannot be used."""

    error_class = ErrorClass.TRANSIENT


class ChangedMeanwhileError(AssetError):
    """Somebody else changed the photo while it was being tagged."""

    error_class = ErrorClass.TRANSIENT


class InHandError(ChangedMeanwhileError):
    """Another Tagwright is writing to the photo at this moment."""


class StorageError(AssetError):
    """The disk does not take the change: full, read-only or not permitted."""

    error_class = ErrorClass.TRANSIENT


class TaggerError(TagwrightError):
    """The vision service gave no usable answer."""

    usage: Usage | None = None
    """What was paid all the same, as far as it is known."""


class TaggerUnavailableError(TaggerError):
    """The vision service is down, overloaded or over its rate."""

    error_class = ErrorClass.TRANSIENT

    def __init__(
        self,
        message: str | None = None,
        *,
        asset: str | None = None,
        cure: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        """``retry_after`` is the number of seconds that the service asks for, if it does."""
        super().__init__(message, asset=asset, cure=cure)
        self.retry_after = retry_after


class TaggerBusyError(TaggerUnavailableError):
    """The vision service is there, and takes no more requests for now."""


class TaggerRefusedError(TaggerError):
    """The vision service declined to look at this photo."""

    error_class = ErrorClass.REFUSED


class FencedError(TaggerRefusedError):
    """The photo is not for services outside; it was not sent."""

    def __init__(self, tagger: str, by: str, reason: str, *, asset: str | None = None) -> None:
        """``by`` is the kind of fence, ``reason`` what says so, for people."""
        message = f"kept from {tagger}: {reason}."
        cure = "Fences are set under [privacy] in the configuration."
        super().__init__(message, asset=asset, cure=cure)
        self.tagger = tagger
        self.by = by
        self.reason = reason


class TaggerAnswerError(TaggerError):
    """The vision service answered with something that is no answer."""


class AwaitedError(TaggerError):
    """The answer is to come with a batch."""

    error_class = ErrorClass.TRANSIENT


class TaggerSetupError(TaggerError):
    """The vision service rejects our key, model name or address."""

    exit_code = 2
    stops_run = True


class BudgetError(TaggerError):
    """The money set aside is spent."""

    error_class = ErrorClass.BUDGET
    stops_run = True
