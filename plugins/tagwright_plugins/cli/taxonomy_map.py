"""``tagwright taxonomy map``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tagwright_plugins.cli.options import configured, json_option

if TYPE_CHECKING:
    from tagwright.mapping import MappingResult
    from tagwright.model import Observation, Suggestion
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
    from tagwright.mapping import Mapper  # noqa: PLC0415 - keeps --help quick
    from tagwright.model import Kind, Observation  # noqa: PLC0415 - keeps --help quick
    from tagwright.policy import Policy, decide  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.cli.assembly import (  # noqa: PLC0415 - keeps --help quick
        make_mapping,
        make_taxonomy,
    )

    configuration, _ = load(config, {"state": state, "taxonomy": taxonomy})
    loaded = make_taxonomy(configuration)
    mapper = Mapper(loaded, make_mapping(configuration))
    policy = Policy(**configuration.policy.model_dump())
    for label in labels or _lines(sys.stdin.buffer):
        seen = Observation(label, confidence, kind=Kind(kind), language=language)
        result = mapper.map([(tagger, seen)])
        answers = _answers(seen, result, decide(result.candidates, loaded, policy), loaded)
        for answer in answers:
            click.echo(json.dumps(answer, ensure_ascii=False) if as_json else _shown(answer))
    return 0


def _lines(stream: Iterable[bytes]) -> Iterator[str]:
    """Yield labels, one a line, as they come; bytes that are no UTF-8 become U+FFFD."""
    for number, line in enumerate(stream):
        text = line.decode("utf-8-sig" if number == 0 else "utf-8", errors="replace")
        if label := text.strip():
            yield label


def _answers(
    seen: Observation,
    result: MappingResult,
    suggestions: Iterable[Suggestion],
    taxonomy: Taxonomy,
) -> Iterator[dict[str, object]]:
    """Yield what to say of one label: a line for each concept, at least one."""
    from tagwright.model import Decision  # noqa: PLC0415 - keeps --help quick
    from tagwright.taxonomy.labels import printable  # noqa: PLC0415 - keeps --help quick

    label = printable(seen.label)
    found = False
    for suggestion in suggestions:
        if suggestion.decision is Decision.DROP:
            continue
        found = True
        why = suggestion.why[0]
        yield {
            "label": label,
            "concept": suggestion.concept,
            "path": list(taxonomy.path(suggestion.concept)),
            "confidence": round(suggestion.confidence, 3),
            "decision": suggestion.decision.value,
            "why": f"{why.match} {why.matched!r}; {why.note}",
        }
    if not found:
        why_not = "no concept has this label" if result.unmapped else "a rule says to ignore it"
        if result.candidates:
            best = result.candidates[0]
            path = " > ".join(taxonomy.path(best.concept))
            why_not = f"{path} reaches only {best.confidence:.2f}"
        yield {
            "label": label,
            "concept": None,
            "path": None,
            "confidence": 0.0,
            "decision": "unmapped",
            "why": why_not,
        }


def _shown(answer: dict[str, object]) -> str:
    path = answer["path"]
    goal = " > ".join(path) if isinstance(path, list) else "-"
    said = f"{answer['label']}  {answer['decision']}  {goal}"
    return f"{said}  {answer['confidence']:.2f}  ({answer['why']})"
