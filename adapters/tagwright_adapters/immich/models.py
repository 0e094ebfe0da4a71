"""Immich's answers, as far as they are read. What a version adds or leaves out does not matter."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

_FIRST = datetime(1, 1, 2, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, tzinfo=UTC)


def _within(told: Any) -> Any:
    """Return a time that can be reckoned with: broken files have it in any year, or in none."""
    if told is None or str(told).startswith(("-", "0000")):
        return _FIRST
    return _LAST if str(told).startswith("+") else told


def _or_none(told: Any) -> Any:
    return None if _within(told) in (_FIRST, _LAST) else told


class _Answer(BaseModel):
    model_config = ConfigDict(
        extra="ignore", frozen=True, alias_generator=to_camel, populate_by_name=True
    )


class Version(_Answer):
    """The server's version (``ServerVersionResponseDto``)."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


class Features(_Answer):
    """What is switched on for all of the server (``ServerFeaturesDto``)."""

    smart_search: bool = False
    trash: bool = False


class ServerConfig(_Answer):
    """How the server is set up, for all to see (``ServerConfigDto``)."""

    external_domain: str = ""


class User(_Answer):
    """Somebody with an account (``UserResponseDto``)."""

    id: str
    name: str = ""


class Switch(_Answer):
    """A feature that an account may show or not."""

    enabled: bool = True


class Preferences(_Answer):
    """What the account shows (``UserPreferencesResponseDto``)."""

    tags: Switch = Switch()


class Key(_Answer):
    """The key itself (``ApiKeyResponseDto``)."""

    permissions: frozenset[str]


class Tag(_Answer):
    """A tag of the account (``TagResponseDto``)."""

    id: str
    value: str  # the full path: two tags may share a name

    @property
    def path(self) -> tuple[str, ...]:
        """Names from the top to this tag; empty for one without a name."""
        return tuple(name for name in self.value.split("/") if name)


class Person(_Answer):
    """Somebody on a photo."""

    id: str
    name: str = ""


class People(_Answer):
    """A page of those whose faces are known (``PeopleResponseDto``)."""

    people: tuple[Person, ...]
    has_next_page: bool = False


class Stack(_Answer):
    """Assets that are shown as one."""

    id: str
    primary_asset_id: str


class Exif(_Answer):
    """What is known of camera, place and time (``ExifResponseDto``)."""

    description: str | None = None
    make: str | None = None
    model: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None


class Asset(_Answer):
    """A photo or video (``AssetResponseDto``)."""

    id: str
    owner_id: str
    original_file_name: str = ""
    type: str = "IMAGE"
    thumbhash: str | None = None  # there once the previews are
    checksum: str = ""  # of the original file
    updated_at: datetime  # rises with our own writes, too
    created_at: datetime = Field(default_factory=lambda data: data["updated_at"])  # uploaded
    file_created_at: Annotated[datetime, BeforeValidator(_within)]  # taken; searches sort by it
    local_date_time: Annotated[datetime | None, BeforeValidator(_or_none)] = None  # wall clock
    width: float | None = None  # px
    height: float | None = None
    visibility: str = "timeline"
    is_favorite: bool = False
    is_trashed: bool = False
    is_offline: bool = False
    library_id: str | None = None  # external library
    live_photo_video_id: str | None = None
    stack: Stack | None = None
    exif: Exif | None = Field(default=None, alias="exifInfo")
    people: tuple[Person, ...] = ()
    tags: tuple[Tag, ...] | None = None  # None: not told, as in all results of a search

    @property
    def tells_upload(self) -> bool:
        """Whether it tells when it was uploaded; before 1.140 none does."""
        return "created_at" in self.model_fields_set

    @property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """The paths of its tags."""
        return tuple(tag.path for tag in self.tags or ())

    @property
    def modified(self) -> int:
        """When it changed last, in ns."""
        return int(self.updated_at.timestamp() * 1_000) * 1_000_000


class Note(_Answer):
    """A private note on an asset (``AssetMetadataResponseDto``)."""

    key: str
    value: dict[str, Any]


class Member(_Answer):
    """Somebody who sees an album (``AlbumUserResponseDto``)."""

    user: User
    role: str = ""


class Album(_Answer):
    """A collection of assets (``AlbumResponseDto``)."""

    id: str
    album_name: str
    asset_count: int = 0
    owner_id: str | None = None  # 2.x
    album_users: tuple[Member, ...] = ()  # in 3.x the owner is among them

    def belongs_to(self, user: str) -> bool:
        """Whether it is a user's own, and not shared with them."""
        owners = {one.user.id for one in self.album_users if one.role == "owner"}
        return user == self.owner_id or user in owners


class Outcome(_Answer):
    """What came of one asset of several (``BulkIdResponseDto``)."""

    id: str
    success: bool
    error: str | None = None  # "duplicate", "no_permission", "not_found", …


class Step(_Answer):
    """One thing that a workflow does."""

    method: str
    config: dict[str, Any] | None = None
    enabled: bool = True


class Workflow(_Answer):
    """What happens by itself upon a trigger (``WorkflowResponseDto`` of 3.x)."""

    id: str
    name: str | None = None
    trigger: str
    enabled: bool = True
    steps: tuple[Step, ...] = ()
