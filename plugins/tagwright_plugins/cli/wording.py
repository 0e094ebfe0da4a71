"""How results read on a terminal. All foreign text passes through :func:`printable`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from tagwright.configuration.immich import LIBRARY
from tagwright.errors import TagwrightError
from tagwright.model import AssetRef, Decision, ExtraField, Suggestion
from tagwright.money import usd
from tagwright.pipeline import Result, Tally
from tagwright.pipeline.consulting.chains import Chain, Course
from tagwright.policy import Policy
from tagwright.ports import FieldChange
from tagwright.state.costs import Costs
from tagwright.taxonomy import Taxonomy

_LONGEST = 100
_ERROR = 500
_LONGEST_NOTE = 300  # with the way through a chain of taggers


def printable(text: str, longest: int = _LONGEST) -> str:
    """Return text that cannot move a terminal's cursor nor flood it."""
    plain = "".join(c if c.isprintable() else "·" for c in text[: longest + 1])
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def is_immich(ref: AssetRef) -> bool:
    """Say whether a photo is one of Immich, whose reference says nothing to people."""
    return ref.library.startswith(LIBRARY)


def title(ref: AssetRef) -> str:
    """Return the name of a photo's file, as far as it is known."""
    return ref.name if is_immich(ref) and ref.name else PurePosixPath(ref.reference).name


def shown(ref: AssetRef) -> str:
    """Return a photo's reference, with the name of the file where it does not tell that."""
    named = is_immich(ref) and ref.name
    return f"{printable(ref.name)} ({ref.reference})" if named else ref.reference


def trouble(ref: AssetRef, error: str) -> str:
    """Return what went wrong with a photo, without the photo of Immich that it begins with."""
    if is_immich(ref):
        for begin in filter(None, (ref.reference, ref.name)):
            error = error.removeprefix(f"{begin}: ")
    return error


def failure(ref: AssetRef, error: TagwrightError) -> str:
    """Return what went wrong with which photo."""
    said = str(error)
    return printable(f"{shown(ref)}: {trouble(ref, said)}" if is_immich(ref) else said, _ERROR)


def explanation(result: Result, taxonomy: Taxonomy) -> Iterator[str]:
    """Say what was seen, what it became and why."""
    yield shown(result.ref)
    if result.status == "passed":
        yield from (f"  passed    {printable(note, 300)}" for note in result.notes)
        return
    yield from _seen(result)
    yield from _decided(result, taxonomy)
    yield from (f"  learned   {printable(one, 300)}" for one in learned(result))
    if result.unmapped:
        labels = ", ".join(printable(o.label, 40) for o in result.unmapped[:12])
        yield f"  no concept for: {labels}"
    if result.receipt is not None:
        for warning in result.receipt.warnings:
            yield f"  note: {printable(warning, 300)}"
        if result.receipt.already:
            stood = ", ".join("/".join(tag.path) for tag in result.receipt.already)
            yield f"  already there, by a person: {printable(stood, 300)}"


def _seen(result: Result) -> Iterator[str]:
    for name, answer in result.answers:
        if answer.caption:
            yield f"  {name} says: {printable(answer.caption, 200)}"
        for seen in answer.observations:
            how = f" ({printable(seen.how)})" if seen.how else ""
            yield f"  seen      {printable(seen.label)} {seen.confidence:.2f}{how}"
    for note in result.notes:
        yield f"  chain     {printable(note, 400)}"
    for kept in result.fenced:
        yield f"  kept      from {printable(kept.tagger)}: {printable(kept.reason, 200)}"
    said = result.fenced or any(answer.observations for _, answer in result.answers)
    if result.error is None and not said:
        yield "  seen      nothing that these taggers can name"


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
    why = "; ".join(printable(part, _LONGEST_NOTE) for part in parts if part)
    return f"{path} {suggestion.confidence:.2f} ({why})"


def learned(result: Result) -> Iterator[str]:
    """Say what people did to what is ours on a photo since it was last looked at."""
    if result.learned is None:
        return
    for path in result.learned.deleted.values():
        yield f"a person deleted {'/'.join(path)}: rejected"
    for path, new in result.learned.refined.values():
        yield f"a person made {'/'.join(path)} {'/'.join(new)}"
    for path in result.learned.claimed.values():
        yield f"a person wrote {'/'.join(path)} too: theirs now"
    for path in result.learned.put_back.values():
        yield f"a person put {'/'.join(path)} back: theirs now"
    for extra in result.learned.extras:
        yield f"a person took away or wrote over: {extra}"


def changes(result: Result) -> Iterator[str]:
    """Show a photo's exact changes, field by field."""
    if result.receipt is None or not result.receipt.changes:
        return
    target = result.receipt.target
    yield target if target and target != result.ref.reference else shown(result.ref)
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
        (tally.passed, "tagged by another file of the same shot"),
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
    yield from chained(tally)
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
    if tally.shared:
        yield (
            f"{many(tally.shared, 'answer')} shared between frames of bursts"
            " (--no-bursts asks for each)"
        )
    if tally.fenced:
        yield fenced(tally)
    if tally.unmapped:
        most = ", ".join(f"{printable(k, 30)} ({n})" for k, n in tally.unmapped.most_common(6))
        yield f"{many(len(tally.unmapped), 'label')} without a concept: {most}"


def fenced(tally: Tally) -> str:
    """Say how many photos were kept from services outside, and why."""
    were = "was" if tally.fenced == 1 else "were"
    counts = ", ".join(f"{number:,} by {by}" for by, number in sorted(tally.fences.items()))
    return (
        f"{many(tally.fenced, 'photo')} {were} not shown to services outside"
        f" (privacy: {counts}; --explain says why, [privacy] in the configuration decides)"
    )


def chain(one: Chain) -> str:
    """Say what a chain does."""
    if one.manner == "fallback":
        return f"{one.members[0]}; where that fails, {', then '.join(one.members[1:])}"
    later = ", then ".join(one.members[1:])
    wanted = many(one.enough, "concept")
    return f"{one.members[0]}; where it is not sure of {wanted}, {later} too"


def chained(tally: Tally) -> Iterator[str]:
    """Say who answered for how many photos, chain by chain."""
    rows: dict[str, list[str]] = {}
    for course, number in sorted(tally.courses.items(), key=lambda row: (-row[1], row[0])):
        rows.setdefault(course.chain, []).append(f"{number:,} {_answered(course)}")
    for name, parts in sorted(rows.items()):
        yield f"{name}: {', '.join(parts)}"
    if waiting := sum(number for one, number in tally.courses.items() if one.incomplete):
        yield f"{many(waiting, 'photo')} will be asked about again by the next run"


def _answered(course: Course) -> str:
    if not course.taggers:
        return f"by nobody ({course.incomplete})" if course.incomplete else "by nobody"
    names = " and ".join(course.taggers)
    if course.incomplete:
        return f"by {names} only ({course.incomplete})"
    if course.after == "earlier":
        return f"by {names} earlier"
    return f"by {names} after {course.after}" if course.after else f"by {names}"


def _extras(tally: Tally) -> str:
    counts = (
        (tally.captions, "caption"),
        (tally.titles, "title"),
        (tally.ratings, "rating"),
        (tally.colour_labels, "colour label"),
        (tally.albums, "album entry"),
    )
    return ", ".join(many(number, noun) for number, noun in counts if number)


def albums(policy: Policy, holds: Collection[ExtraField]) -> str:
    """Say which rules name albums in vain, or nothing."""
    if ExtraField.ALBUM in holds:
        return ""
    names = ", ".join(printable(repr(rule.name)) for rule in policy.rules if rule.then.albums)
    return f"Plain folders have no albums; these rules name some in vain: {names}." if names else ""


def sent(pictures: Mapping[str, int]) -> str:
    """Say where pictures went."""
    named = ((printable(host) or "a host that is not named", n) for host, n in pictures.items())
    hosts = (f"{number:,} to {host}" for host, number in named)
    return f"Pictures sent: {', '.join(hosts)} ('tagwright sent' lists them)"


def money(spent: Costs) -> str:
    """Say what the calls of a run cost."""
    if not spent.requests:
        return "Cost: nothing; no vision service was asked"
    cost = f"Cost: {usd(spent.cost)} for {many(spent.requests, 'request')}"
    if spent.input_tokens or spent.output_tokens:  # some services count none
        cost += f" ({spent.input_tokens:,} + {spent.output_tokens:,} tokens)"
    if spent.cost:
        cost += f", {usd(spent.cost / spent.photos)} a photo"
    if doubt := spent.unknown + spent.open:
        cost += f"; not known for {doubt:,} of them"
        cost += f", at most {usd(spent.aside)}" if spent.aside else " (no price on file)"
    return cost


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
