"""The settings of Immich, as they stand in the file."""

from __future__ import annotations

import re
from collections import Counter
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from tagwright.configuration.folders import PlaceSection
from tagwright.configuration.policy import Section
from tagwright.configuration.watch import Span, listed

LIBRARY = "immich:"
"""How the names of libraries begin that are accounts of Immich."""

MAIN = "main"
"""What the one account is called where none is named."""


def _name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        msg = f"{text!r} is no name of small letters, digits and hyphens"
        raise ValueError(msg)
    return text


def _root(text: str) -> str:
    return "/".join(part for part in (one.strip() for one in text.split("/")) if part)


_TagPath = Annotated[str, AfterValidator(_root)]


def _colour(text: str) -> str:
    if text and not re.fullmatch(r"#[0-9A-Fa-f]{6}", text):
        msg = f'{text!r} is no colour like "#A855F7"'
        raise ValueError(msg)
    return text


def _web(text: str) -> str:
    if text and not re.fullmatch(r"https?://\S+", text, re.IGNORECASE):
        msg = f'{text!r} is no address like "https://photos.example.org"'
        raise ValueError(msg)
    return text


class AccountSection(PlaceSection):
    """One account, with what differs from the other settings."""

    name: Annotated[str, AfterValidator(_name)] = Field(
        default=MAIN, description="what we call it; photos are known by it, so it stays as it is"
    )
    address: str | None = Field(default=None, description="of its server, if it is another one")

    @property
    def library(self) -> str:
        """The name of the library that it is."""
        return LIBRARY + self.name

    @property
    def secret(self) -> str:
        """The name of the secret that holds its key."""
        name = "" if self.name == MAIN else "_" + self.name.upper().replace("-", "_")
        return f"IMMICH_API_KEY{name}"


class ImmichSection(Section):
    """The server, and how its photos are tagged."""

    address: str | None = Field(
        default=None, description="of the server: http://immich-server:2283"
    )
    public: Annotated[str, AfterValidator(_web)] = Field(
        default="", description="where browsers open it; empty: as Immich says itself, or address"
    )
    poll: float = Field(
        default=60.0, ge=1.0, description="seconds between two looks for what no event told"
    )
    quiet: Annotated[tuple[Span, ...], BeforeValidator(listed)] = Field(
        default=(), description="hours in which photos wait: 22:00-07:00"
    )
    drain: float = Field(
        default=30.0, ge=0.0, description="seconds that photos in hand have when it is to end"
    )
    listen: str = Field(
        default="127.0.0.1:8485", description='where webhooks are received, or "none"'
    )
    review: str = Field(
        default="127.0.0.1:8484", description='where the review page is served, or "none"'
    )
    root: _TagPath = Field(
        default="", description='a tag that all of ours stand below: "AI"; empty: none'
    )
    colour: Annotated[str, AfterValidator(_colour)] = Field(
        default="", description='of tags that we make: "#A855F7"; empty: as Immich has it'
    )
    leave_alone: _TagPath = Field(
        default="Tagwright/Leave alone", description='tag of photos to pass over; "": there is none'
    )
    again: _TagPath = Field(
        default="Tagwright/Again", description='tag of photos to ask about anew; "": there is none'
    )
    notes: bool = Field(
        default=True,
        description="note with each photo what is ours and what was rejected; needs asset.update",
    )
    account: tuple[AccountSection, ...] = Field(
        default=(), description="accounts, each with a key of its own"
    )

    @property
    def accounts(self) -> tuple[AccountSection, ...]:
        """The accounts; one where none is named."""
        return self.account or (AccountSection(),)

    @field_validator("account")
    @classmethod
    def _apart(cls, accounts: tuple[AccountSection, ...]) -> tuple[AccountSection, ...]:
        names = Counter(one.name for one in accounts)
        if twice := [name for name, times in names.items() if times > 1]:
            msg = f"two accounts are called {twice[0]!r}"
            raise ValueError(msg)
        return accounts
