"""``tagwright taxonomy map``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tagwright_plugins.cli.options import configured, json_option

if TYPE_CHECKING:
    from tagwright.mapping import MappingResult
    from tagwright.model import Suggestion, Why
    from tagwright.taxonomy import Taxonomy

_KINDS = (
    "object scene activity event person place time colour light style technical text mood other"
)


@click.command("map", short_help="Say what becomes of labels, and why.")
@click.argument("labels", metavar="[LABEL]...", nargs=-1)
@click.option("--taxonomy", metavar="FILE|NAME", help="Taxonomy to map to.")
@click.option(
    "--kind",
    type=click.Choice(_KINDS.split()),
    default="other",
    show_default=True,
    help="What the labels are about.",
)
@click.option("--language", metavar="TAG", help="Language that the tagger speaks: en, de-CH.")
@click.option(
    "--confidence",
    type=click.FloatRange(0.0, 1.0),
    default=0.95,
    show_default=True,
    help="How sure the tagger is.",
)
@click.option("--tagger", default="map", show_default=True, help="Who says it, for your rules.")
@json_option
@configured
def map_(
    *,
    labels: tuple[str, ...],
    kind: str,
    language: str | None,
    confidence: float,
    tagger: str,
    as_json: bool,
    taxonomy: str | None,
    config: Path | None,
    state: Path | None,
) -> int:
    """Say what becomes of labels: which concept, how sure, and why.

    Each label is looked at by itself, as if it were all that a tagger said of
    a photo. Without labels, they are read from standard input, one a line.
    """
    from tagwright.configuration import load  # noqa: PLC0415 - keeps --help quick
    from tagwright.configuration.binding import make_policy  # noqa: PLC0415 - keeps --help quick
    from tagwright.mapping import Mapper  # noqa: PLC0415 - keeps --help quick
    from tagwright.model import Kind, Observation  # noqa: PLC0415 - keeps --help quick
    from tagwright.policy import decide  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.cli.assembly import (  # noqa: PLC0415 - keeps --help quick
        make_mapping,
        make_taxonomy,
    )

    configuration, _ = load(config, {"state": state, "taxonomy": taxonomy})
    loaded = make_taxonomy(configuration)
    mapper = Mapper(loaded, make_mapping(configuration))
    policy = make_policy(configuration, loaded)
    for label in labels or _lines(sys.stdin.buffer):
        seen = Observation(label, confidence, kind=Kind(kind), language=language)
        result = mapper.map([(tagger, seen)])
        verdict = decide(result.candidates, loaded, policy, said=[(tagger, seen)])
        answer = _answer(label, result, verdict.suggestions, loaded)
        click.echo(json.dumps(answer, ensure_ascii=False) if as_json else _shown(answer))
    return 0


def _lines(stream: Iterable[bytes]) -> Iterator[str]:
    """Yield labels, one a line, as they come; bytes that are no UTF-8 become U+FFFD."""
    for number, line in enumerate(stream):
        text = line.decode("utf-8-sig" if number == 0 else "utf-8", errors="replace")
        if label := text.strip():
            yield label


def _answer(
    label: str, result: MappingResult, suggestions: Iterable[Suggestion], taxonomy: Taxonomy
) -> dict[str, Any]:
    """Return what to say of one label: the surest concept, the others beside it."""
    from tagwright.model import Decision  # noqa: PLC0415 - keeps --help quick
    from tagwright.taxonomy.labels import printable  # noqa: PLC0415 - keeps --help quick

    found = [
        {
            "concept": suggestion.concept,
            "path": list(taxonomy.path(suggestion.concept)),
            "confidence": round(suggestion.confidence, 3),
            "decision": suggestion.decision.value,
            "why": _why(suggestion.why[0]),
        }
        for suggestion in suggestions
        if suggestion.decision is not Decision.DROP
    ]
    best, *others = found or [_unmapped(result, taxonomy)]
    return {"label": printable(label), **best, "others": others}


def _why(why: Why) -> str:
    return f"{why.match} {why.matched!r}; {why.note}"


def _unmapped(result: MappingResult, taxonomy: Taxonomy) -> dict[str, Any]:
    if result.candidates:
        best = result.candidates[0]
        path = " > ".join(taxonomy.path(best.concept))
        why = f"{path} only reaches {best.confidence:.2f}: {_why(best.why[0])}"
    else:
        why = "no concept has this label" if result.unmapped else "your rule says to ignore it"
    return {"concept": None, "path": None, "confidence": 0.0, "decision": "unmapped", "why": why}


def _shown(answer: dict[str, Any]) -> str:
    lines = [
        f"{found['decision']}  {' > '.join(found['path'] or '-')}  {found['confidence']:.2f}"
        f"  ({found['why']})"
        for found in (answer, *answer["others"])
    ]
    return f"{answer['label']}  " + "\n    also  ".join(lines)
