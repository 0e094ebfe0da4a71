"""The settings of privacy fences, as they stand in the file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from tagwright.configuration.policy import Section
from tagwright.errors import ConfigurationError
from tagwright.privacy import Fence, Pattern, TrustedHosts


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


def _checked(make: Callable[[str], object]) -> Callable[[str], str]:
    def check(text: str) -> str:
        try:
            make(text)
        except ConfigurationError as exc:
            raise ValueError(str(exc)) from exc
        return text

    return check


_Pattern = Annotated[str, AfterValidator(_checked(Pattern))]
_Patterns = Annotated[tuple[_Pattern, ...], BeforeValidator(_listed)]
_Host = Annotated[str, AfterValidator(_checked(lambda text: TrustedHosts([text])))]
_Hosts = Annotated[tuple[_Host, ...], BeforeValidator(_listed)]


class PrivacySection(Section):
    """What no service outside the house is ever shown."""

    folders: _Patterns = Field(default=(), description="folders and albums, and all below them")
    people: _Patterns = Field(default=(), description="names; *: everybody who has one")
    tags: _Patterns = Field(default=(), description="tags and paths of tags, and all below them")
    documents: Literal["stay", "send"] = Field(
        default="stay", description="stay: what looks like a document is not shown"
    )
    trusted_hosts: _Hosts = Field(
        default=(), description="machines of the house: names, addresses, networks"
    )

    @property
    def fence(self) -> Fence:
        """The fence that this sets up."""
        return Fence(
            folders=tuple(Pattern(one) for text in self.folders for one in _places(text)),
            people=tuple(map(Pattern, self.people)),
            tags=tuple(Pattern(re.sub(" > |[|]", "/", text)) for text in self.tags),
            documents=self.documents == "stay",
        )


def _places(text: str) -> Iterator[str]:
    """Yield a folder as it is written and, where that leads over a link, as it really is."""
    path = str(Path(text.strip()).expanduser())
    yield path
    if path.startswith("/") and (real := os.path.realpath(path)) not in (path, "/"):
        yield real
