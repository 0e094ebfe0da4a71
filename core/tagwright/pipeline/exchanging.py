"""Which captions, ratings and albums are to come to a photo and to go from it; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from tagwright.model import Extra, ExtraField


@dataclass(frozen=True, slots=True)
class Exchange:
    """Between what of ours stands on a photo beside tags and what should."""

    added: tuple[Extra, ...] = ()
    withdrawn: tuple[Extra, ...] = ()
    kept: tuple[Extra, ...] = ()  # ours
    barred: tuple[tuple[Extra, str], ...] = ()  # wanted, but a person decided; with what they did

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.added or self.withdrawn)

    def replacing(self) -> Exchange:
        """Return it without what goes and has no successor."""
        fields = {one.field for one in self.added if one.field is not ExtraField.ALBUM}
        going = tuple(one for one in self.withdrawn if one.field in fields)
        kept = tuple(sorted({*self.kept, *self.withdrawn} - set(going)))
        return replace(self, withdrawn=going, kept=kept)


def exchange(
    wanted: Collection[Extra],
    people: Collection[Extra],
    standing: Collection[Extra],
    rejected: Collection[Extra],
) -> Exchange:
    """Return what changes.

    Args:
        wanted: What rules set.
        people: What of people stands on the photo.
        standing: What of ours stands there.
        rejected: What of ours people took away or wrote over.
    """
    barred = {one: why for one in wanted if (why := _bar(one, people, rejected))}
    allowed = set(wanted) - set(barred)
    return Exchange(
        added=tuple(sorted(allowed - set(standing))),
        withdrawn=tuple(sorted(set(standing) - allowed)),
        kept=tuple(sorted(allowed & set(standing))),
        barred=tuple(sorted(barred.items())),
    )


def caption_of(captions: Mapping[str, str]) -> str | None:
    """Return one of what taggers said in a sentence, by their names: always the same."""
    return next((captions[tagger] for tagger in sorted(captions)), None)


def _bar(one: Extra, people: Collection[Extra], rejected: Collection[Extra]) -> str:
    if any(_rivals(one, other) for other in people):
        return "a person's is there"
    return "a person took it away" if any(_rivals(one, other) for other in rejected) else ""


def _rivals(one: Extra, other: Extra) -> bool:
    """Say whether one stands for the other: a photo has one caption, but many albums."""
    return one.field is other.field and (one.field is not ExtraField.ALBUM or one == other)
