"""From templates and a profile to the text that a model reads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tagwright_prompts.profile import Profile

TEMPLATES_VERSION = 2
"""Raised with every change of a template's words; kept with each answer, for people to read."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is told. The same for every photo of a run, so that services can cache it."""

    instructions: str  # the system prompt
    request: str  # goes with the photo
    repair: str  # goes with the photo when the first answer could not be read
    takes_facts: bool = False  # whether facts may go with the photo too

    @property
    def key(self) -> str:
        """A hash of every word in it: another prompt may give another answer."""
        frame = with_facts("", "{}") if self.takes_facts else ""
        text = f"{self.instructions}\0{self.request}\0{self.repair}\0{frame}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class MatchPrompt:
    """What a model is told that finds terms for labels, without seeing the photo."""

    instructions: str  # the system prompt, the same for every photo

    @property
    def key(self) -> str:
        """A hash of every word that is the same for every photo."""
        text = f"{self.instructions}\0{self.request('', '', '')}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def request(self, labels: str, terms: str, caption: str) -> str:
        """Return what is asked for one photo.

        Args:
            labels: What was said of it, one a line.
            terms: The terms to choose from, one a line with its number.
            caption: Of the photo, on one line; empty: there is none.
        """
        values = {"labels": labels, "terms": terms, "caption": caption}
        return _environment().get_template("labels.md.j2").render(values).strip()


def render_match_prompt() -> MatchPrompt:
    """Return the prompt that finds terms for labels."""
    return MatchPrompt(_environment().get_template("match.md.j2").render().strip())


def render_prompt(
    profile: Profile,
    *,
    language: str,
    vocabulary: str = "",
    free_labels: bool = True,
    facts: bool = False,
) -> Prompt:
    """Return the prompt for a profile.

    Args:
        profile: Who looks for photos, and what they search for.
        language: Of tags and captions, BCP 47.
        vocabulary: The terms to choose from, one a line with its number; empty: none are offered.
        free_labels: Whether labels beside the vocabulary are wanted.
        facts: Whether facts about each photo may go with it, by :func:`with_facts`.
    """
    values = {
        "profile": profile,
        "language": language,
        "vocabulary": vocabulary,
        "free_labels": free_labels,
        "facts": facts,
    }
    instructions, request, repair = (
        _environment().get_template(f"{name}.md.j2").render(values).strip()
        for name in ("base", "request", "repair")
    )
    return Prompt(instructions, request, repair, takes_facts=facts)


def with_facts(request: str, facts: str) -> str:
    """Return a request with what is known of its photo.

    Args:
        request: Of a prompt that takes facts.
        facts: One JSON object without angle brackets, so that nothing in it ends it early.
    """
    values = {"request": request, "facts": facts}
    return _environment().get_template("facts.md.j2").render(values).strip()


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=PackageLoader("tagwright_prompts"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # the text is read by a model, not by a browser
    )
