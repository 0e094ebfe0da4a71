"""What ``tagwright digikam sync`` does."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Literal

import click

from tagwright.configuration import Configuration
from tagwright.errors import ConfigurationError
from tagwright_adapters.digikam import bus
from tagwright_adapters.digikam.behaviour import Behaviour, WritingMode
from tagwright_adapters.digikam.checking import Case, judge
from tagwright_adapters.digikam.errors import DigikamError
from tagwright_adapters.digikam.installation import Installation, look
from tagwright_plugins.cli.assembly import make_library, open_state
from tagwright_plugins.cli.interruption import INTERRUPTED
from tagwright_plugins.cli.tag.run import TagOptions, tag
from tagwright_plugins.cli.wording import many
from tagwright_plugins.digikam.protecting import database_tags

_SIDECARS: Mapping[WritingMode, Literal["auto", "always", "both"]] = {
    WritingMode.FILE: "auto",
    WritingMode.SIDECAR: "always",
    WritingMode.BOTH: "both",
    WritingMode.SIDECAR_FOR_READ_ONLY: "auto",
}


def run(place: Path | None, options: TagOptions, *, scan: bool) -> int:
    """Tag the photos in digiKam's collections and return the exit code."""
    if scan:
        bus.check_package()
    seen = look(place)
    if seen.behaviour is None:
        message = "no digikamrc leads to this database, so how digiKam reads photos is not known."
        raise DigikamError(message, cure="Name the digikamrc with --database.")
    configuration = obeying(seen.behaviour, options.configuration(), place)
    warn(seen, seen.behaviour, configuration, dry_run=options.dry_run or options.estimate)
    roots = [root.path for root in seen.roots if root.path]
    gc.freeze()  # modules stay for ever; the collector need not walk them for each batch
    with open_state(configuration) as state:
        joining = partial(make_library, further=database_tags(configuration, place))
        code = asyncio.run(tag(roots, options, configuration, state, joining))
    if scan and not options.dry_run and code != INTERRUPTED:
        _scan()
    return code


def obeying(
    behaviour: Behaviour, configuration: Configuration, place: Path | None
) -> Configuration:
    """Return a configuration that writes where digiKam writes, in its tags unless others are set.

    Who has set that nothing is to be written into photos has it so.
    """
    files = configuration.files
    sidecar = files.sidecar if files.sidecar == "always" else _SIDECARS[behaviour.mode]
    name = "short" if behaviour.short_names else "long"
    changes: dict[str, object] = {
        "files": files.model_copy(update={"sidecar": sidecar, "sidecar_name": name})
    }
    if "taxonomy" not in configuration.model_fields_set:
        changes["taxonomy"] = f"digikam:{place or ''}"
    return configuration.model_copy(update=changes)


def warn(
    seen: Installation, behaviour: Behaviour, configuration: Configuration, *, dry_run: bool
) -> None:
    """Say what will not come through.

    Raises:
        ConfigurationError: nothing would.
    """
    case = _case(seen, behaviour, configuration)
    stopping = [one for one in judge(case) if one.status == "stops"]
    if not behaviour.rescan and not dry_run:
        (first, *_) = stopping
        raise ConfigurationError(f"{first.said}.", cure=f"In digiKam: {first.switch}.")
    for one in stopping:
        click.echo(f"Note: {one.said}. {one.switch}.", err=True)
    for root in seen.roots:
        if root.path is None:
            click.echo(f"Note: {root.shown} is left out: {root.trouble}.", err=True)
    if not any(root.path for root in seen.roots):
        message = "none of digiKam's collections is there."
        raise ConfigurationError(message, cure="Add one in digiKam, or mount its disk.")


def _case(seen: Installation, behaviour: Behaviour, configuration: Configuration) -> Case:
    files = configuration.files
    return Case(
        behaviour,
        seen.contents,
        writes_sidecars_only=files.sidecar == "always",
        writes_short_names=files.sidecar_name == "short",
    )


def _scan() -> None:
    if asked := bus.ask_to_scan():
        click.echo(f"Asked {many(asked, 'digiKam')} to look for what has changed.", err=True)
    else:
        click.echo("digiKam is not running; it will look when it starts.", err=True)
