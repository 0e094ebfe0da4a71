"""Settings of single folders, from the configuration and from files in the folders themselves."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError

from tagwright.configuration.policy import Section
from tagwright.errors import ConfigurationError

if TYPE_CHECKING:
    from tagwright.configuration.settings import Configuration

OWN = ".tagwright.toml"
"""The file in a folder that says how its photos are tagged."""

_LARGEST = 20_000  # bytes
_EVERYTHING = "**"  # of a privacy fence
_LAID_OVER = {"taggers", "taxonomy", "profile", "language"}


def _name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]+", text):
        msg = f"{text!r} is no name of a profile that comes with Tagwright"
        raise ValueError(msg)
    return text


class OwnSection(Section):
    """What a file in a folder may say: nothing that spends money or opens a fence.

    Whoever can write into a shared folder can write this file.
    """

    taxonomy: str | None = Field(default=None, description="a sample's name, or a file beside it")
    profile: Annotated[str, AfterValidator(_name)] | None = Field(
        default=None, description="name of a business profile"
    )
    language: str | None = Field(default=None, description="of labels")
    sidecar: Literal["always"] | None = Field(default=None, description="write beside the photos")
    private: bool = Field(default=False, description="no service outside is shown the photos")


class PlaceSection(Section):
    """How the photos in one place are tagged; the rest is as elsewhere."""

    taggers: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="who looks at photos"
    )
    taxonomy: str | None = Field(default=None, description="a file, or the name of a sample")
    profile: str | None = Field(default=None, description="business profile for vision models")
    language: str | None = Field(default=None, description="of labels")
    private: bool = Field(default=False, description="no service outside is shown the photos")


class FolderSection(PlaceSection):
    """How the photos in one folder, and all below it, are tagged."""

    path: Path = Field(description="the folder, within what is watched")
    sidecar: Literal["auto", "always", "both"] | None = Field(
        default=None, description="as in [files]"
    )


def apply(configuration: Configuration, section: OwnSection | PlaceSection) -> Configuration:
    """Return a configuration as it is in one place."""
    said = section.model_dump(include=_LAID_OVER, exclude_none=True)
    changes: dict[str, object] = dict(said)
    if isinstance(section, OwnSection | FolderSection) and section.sidecar is not None:
        changes["files"] = configuration.files.model_copy(update={"sidecar": section.sidecar})
    if section.private:
        fences = (*configuration.privacy.folders, _EVERYTHING)
        changes["privacy"] = configuration.privacy.model_copy(update={"folders": fences})
    return configuration.model_copy(update=changes)


def read_own(file: Path) -> OwnSection:
    """Read the file in a folder.

    Raises:
        ConfigurationError: it cannot be read, or says what it may not.
    """
    try:
        with file.open("rb") as stream:
            text = stream.read(_LARGEST + 1)
        own = OwnSection.model_validate(tomllib.loads(text[:_LARGEST].decode()))
    except OSError as exc:
        raise ConfigurationError(f"{file} cannot be read: {exc.strerror}.") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise ConfigurationError(f"{file} is not valid TOML: {exc}.") from exc
    except ValidationError as exc:
        first = exc.errors()[0]
        key = ".".join(map(str, first["loc"]))
        allowed = ", ".join(OwnSection.model_fields)
        reason = first["msg"].removeprefix("Value error, ")
        cure = f"In a folder, only these can be set: {allowed}."
        raise ConfigurationError(f"{file}: {key}: {reason}.", cure=cure) from exc
    return own.model_copy(update={"taxonomy": _beside(file, own.taxonomy)})


def _beside(file: Path, taxonomy: str | None) -> str | None:
    """Return a taxonomy's name or its path, which must not lead out of the folder."""
    if taxonomy is None:
        return None
    # Reading taxonomies takes libraries that most commands do not need.
    from tagwright.taxonomy.samples import sample_names  # noqa: PLC0415

    if taxonomy in sample_names():
        return taxonomy
    folder = file.parent.resolve()
    path = (folder / taxonomy).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise ConfigurationError(
            f"{file}: taxonomy: {taxonomy!r} is neither a sample nor a file in this folder.",
            cure=f"The samples are: {', '.join(sample_names())}.",
        )
    return str(path)
