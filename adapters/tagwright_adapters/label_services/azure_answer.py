"""What Azure AI Vision says, as observations."""

from __future__ import annotations

from collections.abc import Iterator

from tagwright.model import Kind, Observation
from tagwright_adapters.label_services.findings import (
    Form,
    caption,
    observed,
    observed_text,
    strongest,
)
from tagwright_adapters.label_services.options import Options
from tagwright_adapters.label_services.tagger import Reading

TITLE = "Azure AI Vision"


class _Tag(Form):
    name: str
    confidence: float


class _Tags(Form):
    values: tuple[_Tag, ...] = ()


class _Caption(Form):
    text: str
    confidence: float


class _Object(Form):
    tags: tuple[_Tag, ...] = ()


class _Objects(Form):
    values: tuple[_Object, ...] = ()


class _Line(Form):
    text: str


class _Block(Form):
    lines: tuple[_Line, ...] = ()


class _Read(Form):
    blocks: tuple[_Block, ...] = ()


class AzureAnswer(Form):
    """An answer of ``imageanalysis:analyze``."""

    model_version: str
    tags_result: _Tags = _Tags()
    caption_result: _Caption | None = None
    objects_result: _Objects = _Objects()
    read_result: _Read = _Read()


def read(answer: AzureAnswer, options: Options, language: str) -> Reading:
    """Return what is seen, the surest labels first; ``language`` is that of the tags."""
    found = answer.caption_result
    return Reading(
        tuple(_observed(answer, options, language)),
        f"{TITLE} {answer.model_version}"[:100],
        caption(found.text if found else None),
    )


def _observed(answer: AzureAnswer, options: Options, language: str) -> Iterator[Observation]:
    things = (*_tags(answer, language), *_objects(answer))
    yield from strongest(things, options.min_confidence, options.max_labels)
    lines = (line.text for block in answer.read_result.blocks for line in block.lines)
    yield from observed_text(" ".join(lines), TITLE)


def _tags(answer: AzureAnswer, language: str) -> Iterator[Observation]:
    for tag in answer.tags_result.values:
        how = f"{TITLE}, tag"
        yield from observed(tag.name, tag.confidence, Kind.OTHER, how, language=language)


def _objects(answer: AzureAnswer) -> Iterator[Observation]:
    for thing in answer.objects_result.values:
        for tag in thing.tags:
            how = f"{TITLE}, object"
            yield from observed(tag.name, tag.confidence, Kind.OBJECT, how, language="en")
