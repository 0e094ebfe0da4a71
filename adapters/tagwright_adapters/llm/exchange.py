"""What goes to a model and what comes back, free of any client library."""

from __future__ import annotations

from dataclasses import dataclass

from tagwright.model import Rendition, Usage


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of one picture, or of words that were said about one."""

    rendition: Rendition | None
    request: str  # goes beside the picture
    max_tokens: int  # of the reply
    instructions: str | None = None  # the system prompt
    schema: dict[str, object] | None = None  # None: the reply is plain text


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    text: str  # of the message or of a tool call; empty when the model only reasoned
    model: str  # that really answered
    usage: Usage
    refusal: str | None = None  # what was said, if the service or its model declined
    cut_off: bool = False  # by the limit of tokens
