"""What rules set on a photo beside tags: caption, title, rating, colour label, albums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tagwright.captions import PLACEHOLDER, plain
from tagwright.model import Decision, Extra, ExtraField
from tagwright.policy.circumstances import Photo
from tagwright.policy.rules import Then


@dataclass(slots=True)
class Extras:
    """Gathers what rules set on one photo; of all but albums the first one stays."""

    photo: Photo
    _by: dict[Extra, str] = field(default_factory=dict)  # name of the rule that set it first

    def gathered(self) -> tuple[Extra, ...]:
        """Return all of it, sorted."""
        return tuple(sorted(self._by))

    def take(self, rule: str, then: Then, decision: Decision) -> tuple[str, ...]:
        """Take what a rule sets; return a note for people on each.

        Args:
            rule: Its name.
            then: What it does.
            decision: How far the reason carries for which it fires. There is no review of a
                caption, so nothing is set for a reason that itself waits for review.
        """
        return tuple(self._one(rule, extra, decision) for extra in self._wanted(then))

    def _wanted(self, then: Then) -> Iterator[Extra]:
        if then.caption:
            said = plain(self.photo.caption or "") or PLACEHOLDER
            yield Extra(ExtraField.CAPTION, plain(then.caption.replace(PLACEHOLDER, said)))
        if then.title:
            yield Extra(ExtraField.TITLE, plain(then.title))
        if then.rating:
            yield Extra(ExtraField.RATING, str(then.rating))
        if then.colour_label:
            yield Extra(ExtraField.COLOUR_LABEL, then.colour_label)
        for album in dict.fromkeys(then.albums):
            yield Extra(ExtraField.ALBUM, album)

    def _one(self, rule: str, extra: Extra, decision: Decision) -> str:
        if reason := self._hindrance(extra, decision):
            return f"not set: {extra}; {reason}"
        self._by.setdefault(extra, rule)
        return f"sets {extra}"

    def _hindrance(self, extra: Extra, decision: Decision) -> str:
        if extra.field not in self.photo.holds:
            return f"this library has no {extra.field}s"
        if decision is not Decision.APPLY:
            return "what the rule goes by waits for review"
        if extra.field is ExtraField.CAPTION and PLACEHOLDER in extra.value:
            return "no tagger gave a caption"
        for other, earlier in self._by.items():
            if other.field is extra.field is not ExtraField.ALBUM and other != extra:
                return f"rule {earlier!r} came first"
        return ""
