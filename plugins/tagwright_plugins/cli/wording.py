"""How results read on a terminal. All foreign text passes through :func:`printable`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from tagwright.model import Decision, ExtraField, Suggestion, Usage
from tagwright.pipeline import Result, Tally
from tagwright.policy import Policy
from tagwright.ports import FieldChange
from tagwright.taxonomy import Taxonomy

_LONGEST = 100


def printable(text: str, longest: int = _LONGEST) -> str:
    """Return text that cannot move a terminal's cursor nor flood it."""
    plain = "".join(c if c.isprintable() else "·" for c in text[: longest + 1])
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def explanation(result: Result, taxonomy: Taxonomy) -> Iterator[str]:
    """Say what was seen, what it became and why."""
    yield result.ref.reference
    for name, answer in result.answers:
        if answer.caption:
            yield f"  {name} says: {printable(answer.caption, 200)}"
        for seen in answer.observations:
            how = f" ({printable(seen.how)})" if seen.how else ""
            yield f"  seen      {printable(seen.label)} {seen.confidence:.2f}{how}"
    if result.error is None and not any(answer.observations for _, answer in result.answers):
        yield "  seen      nothing that these taggers can name"
    yield from _decided(result, taxonomy)
    if result.unmapped:
        labels = ", ".join(printable(o.label, 40) for o in result.unmapped[:12])
        yield f"  no concept for: {labels}"
    if result.receipt is not None:
        for warning in result.receipt.warnings:
            yield f"  note: {printable(warning, 300)}"
        if result.receipt.already:
            stood = ", ".join("/".join(tag.path) for tag in result.receipt.already)
            yield f"  already there, by a person: {printable(stood, 300)}"


def _decided(result: Result, taxonomy: Taxonomy) -> Iterator[str]:
    for suggestion in result.suggestions:
        yield f"  {_VERB[suggestion.decision]:<9} {reason(suggestion, taxonomy)}"
    for firing in result.fired:
        yield f"  rule      {printable(firing.rule)}: {printable(firing.because, 300)}"
        for note in firing.notes:
            yield f"            {printable(note, 300)}"
    for extra, why in result.barred:
        yield f"  left      {printable(str(extra), 200)}: {why}"


_VERB = {Decision.APPLY: "tagged", Decision.REVIEW: "to review", Decision.DROP: "dropped"}


def reason(suggestion: Suggestion, taxonomy: Taxonomy) -> str:
    """Say in one line what a suggestion is and what it rests on."""
    path = "/".join(taxonomy.path(suggestion.concept))
    first = suggestion.why[0]
    parts = [f"{first.match} {first.matched!r}", first.note]
    why = "; ".join(printable(part) for part in parts if part)
    return f"{path} {suggestion.confidence:.2f} ({why})"


def changes(result: Result) -> Iterator[str]:
    """Show a photo's exact changes, field by field."""
    if result.receipt is None or not result.receipt.changes:
        return
    yield result.receipt.target or result.ref.reference
    for change in result.receipt.changes:
        for sign, value in _difference(change):
            yield f"  {sign} {change.field}: {printable(value, 200)}"


def _difference(change: FieldChange) -> Iterator[tuple[str, str]]:
    for value in change.before:
        if value not in change.after:
            yield "-", value
    for value in change.after:
        if value not in change.before:
            yield "+", value


def summary(tally: Tally, seconds: float, *, dry_run: bool) -> Iterator[str]:
    """Say in a few lines what a run did."""
    verb = "would be tagged" if dry_run else "tagged"
    counts: Sequence[tuple[int, str]] = (
        (tally.tagged, verb),
        (tally.unchanged, "already done"),
        (tally.refused, "without an answer from a tagger"),
        (tally.set_aside, "set aside earlier (--force tries again)"),
        (tally.elsewhere, "in the hands of another Tagwright"),
        (tally.failed, "failed"),
        (tally.left + tally.queued - tally.finished, "left for the next run"),
    )
    said = ", ".join(f"{number} {what}" for number, what in counts if number) or "nothing to do"
    yield f"{many(tally.found, 'photo')} in {duration(seconds)}: {said}"
    written = "would be written" if dry_run else "written"
    yield (
        f"{many(tally.tags, 'tag')} {written} to {many(tally.changed, 'photo')}, "
        f"{many(tally.review, 'suggestion')} for review"
    )
    if tally.awaited:
        yield (
            f"{many(tally.awaited, 'photo')} to be answered in batches"
            " ('tagwright tag --batch'; 'tagwright batches' lists those under way)"
        )
    if tally.stale:
        yield (
            f"Earlier tags of ours that no longer fit your vocabulary: {tally.stale:,}"
            " ('tagwright remap' shows them, and takes them back)"
        )
    if extras := _extras(tally):
        yield f"{extras} set" if not dry_run else f"{extras} would be set"
    if tally.earlier:
        yield (
            f"{many(tally.earlier, 'answer')} from before your vocabulary changed, used at no cost"
            " (--reask asks again)"
        )
    if tally.unmapped:
        most = ", ".join(f"{printable(k, 30)} ({n})" for k, n in tally.unmapped.most_common(6))
        yield f"{many(len(tally.unmapped), 'label')} without a concept: {most}"


def _extras(tally: Tally) -> str:
    counts = ((tally.captions, "caption"), (tally.ratings, "rating"), (tally.albums, "album entry"))
    return ", ".join(many(number, noun) for number, noun in counts if number)


def albums(policy: Policy, holds: Collection[ExtraField]) -> str:
    """Say which rules name albums in vain, or nothing."""
    if ExtraField.ALBUM in holds:
        return ""
    names = ", ".join(printable(repr(rule.name)) for rule in policy.rules if rule.then.albums)
    return f"Plain folders have no albums; these rules name some in vain: {names}." if names else ""


def money(spent: Usage) -> str:
    """Say what the calls of a run cost."""
    if not spent.requests:
        return "Cost: nothing; no vision service was asked"
    if spent.cost is None:
        return f"Cost: not known for some of {many(spent.requests, 'request')} (no price on file)"
    cost = f"Cost: ${spent.cost:.4f} for {many(spent.requests, 'request')}"
    if not (spent.input_tokens or spent.output_tokens):
        return cost  # of a service that counts no tokens
    return f"{cost} ({spent.input_tokens:,} + {spent.output_tokens:,} tokens)"


def duration(seconds: float) -> str:
    """Return a length of time as people say it: "4.2 s", "3 min 20 s", "2 h 05 min"."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def many(number: int, noun: str) -> str:
    """Return a number with its noun: "1 photo", "2,000 photos"."""
    if number == 1:
        return f"{number:,} {noun}"
    return f"{number:,} {noun[:-1]}ies" if noun.endswith("ry") else f"{number:,} {noun}s"
