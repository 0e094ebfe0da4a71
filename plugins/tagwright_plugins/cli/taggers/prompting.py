"""What ``tagwright taggers prompt`` does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click

from tagwright.configuration import Configuration, load
from tagwright.configuration.chains import make_chains, members_of
from tagwright.errors import ConfigurationError
from tagwright.model import AssetRef, Facts, Rendition, RenditionSpec
from tagwright.pictures.formats import is_photo
from tagwright.state import Database, ledger, queue
from tagwright_adapters.files.names import resolved_file, to_reference
from tagwright_adapters.llm.description import money
from tagwright_adapters.llm.preview import Preview, preview
from tagwright_adapters.llm.services import SERVICES
from tagwright_plugins.cli.assembly import (
    make_guard,
    make_library,
    make_taxonomy,
    tagger_context,
)
from tagwright_plugins.cli.wording import printable

_USUAL = "ollama:llama3.2-vision"  # where nobody says which model is meant


@dataclass(frozen=True, slots=True)
class PromptOptions:
    """The options of the command, as click gives them."""

    config: Path | None
    state: Path | None
    profile: str | None
    tagger: str | None
    taxonomy: str | None
    as_json: bool


def run(photo: Path, options: PromptOptions) -> int:
    """Print what would be sent and return the exit code."""
    chosen = {"state": options.state, "profile": options.profile, "taxonomy": options.taxonomy}
    configuration, _ = load(options.config, chosen)
    spec = _chosen(configuration, options.tagger)
    if spec.partition(":")[0] not in SERVICES:
        msg = f"the tagger {spec!r} is told nothing: it is no language model."
        raise ConfigurationError(msg, cure=f"Those with a prompt are: {', '.join(SERVICES)}.")
    path = _checked(photo)
    context = tagger_context(configuration, make_taxonomy(configuration), spec)
    rendition, facts = asyncio.run(_look(configuration, path))
    shown = preview(context, rendition, facts)
    kept = _kept(configuration, path, shown, facts)
    if options.as_json:
        plain = {**_plain(shown, configuration.profile), "kept": kept}
        click.echo(json.dumps(plain, ensure_ascii=False))
        return 0
    if kept:
        click.echo(f"# A run keeps this photo back ([privacy]): {printable(kept, 300)}")
    for line in _lines(shown):
        click.echo(line)
    return 0


def _kept(configuration: Configuration, path: Path, shown: Preview, facts: Facts) -> str | None:
    """Say what fence a run would meet with this photo, if any."""
    host = shown.target.destination if shown.target.leaves_machine else None
    ref = AssetRef("files", to_reference(path))
    kept = make_guard(configuration).keeps(host, ref, facts, _picture(shown))
    return None if kept is None else str(kept)


def _chosen(configuration: Configuration, tagger: str | None) -> str:
    """Return the tagger that is meant: one of a chain's needs to be named."""
    specs = members_of(make_chains(configuration, [tagger] if tagger else None))
    models = [spec for spec in specs if spec.partition(":")[0] in SERVICES]
    if tagger is None:
        return models[0] if models else _USUAL
    if len(models) > 1:
        message = f"{tagger} has {len(models)} models, and each is told something of its own."
        cure = f"Name one with --tagger: {', '.join(models)}."
        raise ConfigurationError(message, cure=cure)
    return models[0] if models else tagger


def _checked(photo: Path) -> Path:
    """Return the path as a run would note it."""
    if not photo.is_file() or not is_photo(photo.name):
        msg = f"{to_reference(photo)} is no photo."
        raise ConfigurationError(msg, cure="Name one file; the prompt is for one photo.")
    return resolved_file(photo)


async def _look(configuration: Configuration, path: Path) -> tuple[Rendition, Facts]:
    library = make_library(configuration, [path])
    ref = AssetRef(library.name, to_reference(path))
    try:
        rendition = await library.rendition(
            ref, RenditionSpec(**configuration.rendition.model_dump())
        )
        return rendition, _of_people(configuration, ref, await library.facts(ref))
    finally:
        await library.aclose()


def _of_people(configuration: Configuration, ref: AssetRef, facts: Facts) -> Facts:
    """Leave out tags that we wrote, as a run does; they are in our own books."""
    if not (configuration.state / "tagwright.db").exists():
        return facts
    database = Database(configuration.state / "tagwright.db")
    try:
        with database.begin() as connection:
            asset = queue.find(connection, ref)
            ours = () if asset is None else ledger.standing(connection, asset).values()
    finally:
        database.close()
    return replace(facts, tags=tuple(path for path in facts.tags if path not in ours))


def _plain(shown: Preview, profile: str) -> dict[str, object]:
    picture = _picture(shown)
    return {
        "tagger": shown.target.spec,
        "host": shown.target.host,
        "leaves_machine": shown.target.leaves_machine,
        "profile": profile,
        "edition": shown.edition,
        "instructions": shown.question.instructions,
        "request": shown.question.request,
        "context": shown.told,
        "schema": shown.question.schema,
        "picture": {"width": picture.width, "height": picture.height, "bytes": len(picture.data)},
        "max_tokens": shown.question.max_tokens,
        "tokens": {**asdict(shown.tokens), "sent": shown.tokens.sent},
        "cost": None if shown.cost is None else float(shown.cost),
    }


def _lines(shown: Preview) -> Iterator[str]:
    target, picture, tokens = shown.target, _picture(shown), shown.tokens
    goes = "leaves this machine" if target.leaves_machine else "stays on this machine"
    yield f"# {target.spec} at {target.host}: {goes}; nothing was sent now"
    yield f"# Profile: {shown.edition}"
    yield from (
        "",
        "## Instructions, the same for every photo",
        "",
        shown.question.instructions or "",
    )
    yield from ("", "## Request, beside the picture", "", shown.question.request)
    yield from ("", "## Form of the answer (JSON schema)", "", json.dumps(shown.question.schema))
    yield from ("", "## Picture", "")
    yield f"{picture.width} x {picture.height} px, {len(picture.data):,} bytes of JPEG, no metadata"
    yield from ("", "## Estimates for one photo", "")
    yield (
        f"{tokens.sent:,} tokens sent: instructions {tokens.instructions:,}, request"
        f" {tokens.request:,}, form {tokens.form:,}, picture {tokens.picture:,}"
    )
    yield f"{tokens.reply:,} tokens answered, at most {shown.question.max_tokens:,}"
    if tokens.second:
        yield f"up to {tokens.second:,} tokens of a second request without the picture"
    each = (
        "" if shown.cost is None or not shown.cost else f", {shown.cost * 1_000:.2f} USD for 1,000"
    )
    yield f"price: {money(shown.cost)}{each}"
    if shown.may_be_cut:
        yield (
            f"note: servers of one's own often take {target.service.prompt_tokens:,} tokens and cut"
            " the rest; give yours a longer context"
        )


def _picture(shown: Preview) -> Rendition:
    assert shown.question.rendition is not None
    return shown.question.rendition
