"""The words of the core as frozen records: what flows from a photo library to a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What an observation is about; concepts may be closed to some kinds."""

    OBJECT = "object"
    SCENE = "scene"
    ACTIVITY = "activity"
    EVENT = "event"
    PERSON = "person"
    PLACE = "place"
    TIME = "time"
    COLOUR = "colour"
    LIGHT = "light"
    STYLE = "style"
    TECHNICAL = "technical"
    TEXT = "text"
    MOOD = "mood"
    OTHER = "other"


class ExtraField(StrEnum):
    """What rules can set on a photo beside tags; of all but albums a photo has one at most."""

    CAPTION = "caption"
    TITLE = "title"
    RATING = "rating"  # 1 to 5 stars
    COLOUR_LABEL = "colour label"  # one of COLOUR_LABELS
    ALBUM = "album"


COLOUR_LABELS = ("red", "orange", "yellow", "green", "blue", "magenta", "grey", "black", "white")
"""As digiKam has them, and in its order."""


@dataclass(frozen=True, slots=True, order=True)
class Extra:
    """A caption, rating, place in an album …, as it stands on a photo or is to stand there."""

    field: ExtraField
    value: str  # the text, the number of stars, the colour, the album's name

    def __str__(self) -> str:
        return f"{self.field} {self.value}"


@dataclass(frozen=True, slots=True, order=True)
class AssetRef:
    """Where a photo is: the library's name and the library's own reference to it.

    For files the reference is the absolute path as text; bytes that are not UTF-8 and the percent
    sign are written ``%XX``, so that every file name has exactly one storable spelling.
    """

    library: str
    reference: str
    name: str = field(default="", compare=False)  # for people, as far as the state knows it

    def __str__(self) -> str:
        return self.reference


@dataclass(frozen=True, slots=True)
class Observation:
    """A raw label exactly as a tagger said it; kept for ever so that mapping can be replayed."""

    label: str
    confidence: float  # 0 to 1, uncalibrated
    kind: Kind = Kind.OTHER
    synonyms: tuple[str, ...] = ()
    language: str | None = None  # BCP 47, when the tagger says
    how: str = ""  # how it was found: "EXIF FocalLengthIn35mmFormat 16 mm", "model answer", …
    concept: str | None = None  # identifier, when the tagger chose among offered concepts

    def __post_init__(self) -> None:
        if not 0.0 <= self.confidence <= 1.0:
            msg = f"confidence {self.confidence!r} of {self.label!r} is not between 0 and 1"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Usage:
    """What one answer took. ``cost`` is in US dollars; None means that the price is not known."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal | None = Decimal(0)
    attempts: int = 1  # how often an answer was asked for, a repair counting as another time


@dataclass(frozen=True, slots=True)
class Quote:
    """What one answer will cost, in US dollars, before it is asked for."""

    least: Decimal
    expected: Decimal
    most: Decimal  # with all that may follow: a long answer, a repair, a second question


@dataclass(frozen=True, slots=True)
class Sent:
    """What of a photo goes out with a question."""

    host: str  # where to; with the port, if it is not the usual one
    facts: Mapping[str, object] = field(default_factory=dict)  # beside the picture


@dataclass(frozen=True, slots=True)
class Answer:
    """All that a tagger says of one rendition."""

    observations: tuple[Observation, ...]
    model: str  # the model that really answered
    caption: str | None = None
    alt_text: str | None = None
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class RenditionSpec:
    """How a photo is made small. Part of the recipe: another picture may give another answer."""

    long_edge: int = 750  # px; just under a DCT step of 24-megapixel cameras, see docs
    quality: int = 85  # JPEG quality


@dataclass(frozen=True, slots=True)
class Rendition:
    """An upright sRGB JPEG without any metadata."""

    data: bytes
    width: int  # px
    height: int  # px
    media_type: str = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a photo without looking at it: metadata, place in the library, tags.

    ``metadata`` holds raw values by ExifTool's family-0 name and tag, as ``exiftool -n`` gives
    them (``{"EXIF:FNumber": 2.8, "Composite:GPSLatitude": 48.1}``); times stay strings there.
    """

    name: str  # file name or title of the asset, for people and for prompts
    folders: tuple[str, ...] = ()  # names of folders or albums, outermost first
    width: int | None = None  # px, of the original, upright
    height: int | None = None
    taken_at: datetime | None = None  # local wall-clock time; aware only if an offset is recorded
    latitude: float | None = None  # degrees, WGS 84
    longitude: float | None = None
    tags: tuple[tuple[str, ...], ...] = ()  # tag paths now on the photo, root to leaf
    metadata: dict[str, object] = field(default_factory=dict)
    extras: tuple[Extra, ...] = ()  # caption, rating, albums … now on the photo
    unseen: frozenset[ExtraField] = frozenset()  # what of extras could not be looked at
    claimed: tuple[tuple[str, ...], ...] = ()  # of the tags, those that a person wrote beside ours
    # For privacy fences only; no answer depends on these two.
    people: tuple[str, ...] = ()  # names of people by face regions and the like
    keywords: tuple[tuple[str, ...], ...] = ()  # tag paths of every field, of whomever


@dataclass(frozen=True, slots=True)
class Tag:
    """A concept as it is to stand in a photo library, with its provenance."""

    concept: str  # concept identifier
    path: tuple[str, ...]  # preferred labels, root to leaf, as the host shows them
    confidence: float = 1.0
    tagger: str = ""  # "basics", "ollama:llama3.2-vision", …
    run: str = ""  # run identifier
    at: str = ""  # RFC 3339, UTC, whole seconds

    @property
    def leaf(self) -> str:
        """The label without its broader ones."""
        return self.path[-1]


class Decision(StrEnum):
    """What the policy says of a suggestion, and what then became of it."""

    APPLY = "apply"
    REVIEW = "review"
    DROP = "drop"


class Outcome(StrEnum):
    """What became of a suggestion."""

    APPLIED = "applied"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REFINED = "refined"  # a person put another tag in its place
    WITHDRAWN = "withdrawn"


class Choice(StrEnum):
    """What a person says of a suggestion."""

    ACCEPT = "accept"
    REJECT = "reject"
    REFINE = "refine"  # another concept instead
    SKIP = "skip"  # not now
    ADD = "add"  # a tag of their own, that nobody suggested


@dataclass(frozen=True, slots=True)
class Why:
    """The chain from what a tagger said to a suggestion, for people to read."""

    observation: Observation
    tagger: str
    match: str  # "preferred label", "alternative label", …
    matched: str  # the label of the concept that matched
    note: str = ""  # rule, threshold or ambiguity that decided


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A concept for an asset, with what the policy decided and why."""

    concept: str  # concept identifier
    confidence: float
    decision: Decision
    why: tuple[Why, ...]  # best first
