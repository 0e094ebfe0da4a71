"""``tagwright taggers profiles`` and ``tagwright taggers profile``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tagwright_plugins.cli.options import configured, json_option


@click.command(short_help="List the business profiles for vision models.")
@json_option
@configured
def profiles(*, as_json: bool, config: Path | None, state: Path | None) -> int:
    """List the business profiles for vision models; * marks the one in use.

    A profile says who is looking at the photos and what they search for.
    """
    from tagwright.configuration import load  # noqa: PLC0415 - keeps --help quick
    from tagwright_adapters.llm.profiles import find_profile  # noqa: PLC0415 - keeps --help quick
    from tagwright_prompts import profiles as shipped  # noqa: PLC0415 - keeps --help quick

    used = load(config, {"state": state})[0].profile
    names = dict.fromkeys((*shipped(), used))
    width = max(map(len, names))
    for name in names:
        found = find_profile(name)
        if as_json:
            said = {"title": found.title, "version": found.version, "viewer": found.viewer}
            row = {"profile": name, "used": name == used, **said}
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            click.echo(f"{'*' if name == used else ' '} {name:<{width}}  {found.edition}")
    return 0


@click.command(short_help="Print a profile, or copy it to a file to change it.")
@click.argument("name", metavar="NAME|FILE.toml")
@click.option(
    "-o", "--output", default="-", metavar="FILE", help="Where to; - is the terminal (default)."
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@configured
def profile(
    *,
    name: str,
    output: str,
    force: bool,
    config: Path | None,  # noqa: ARG001 - every command has it
    state: Path | None,  # noqa: ARG001 - every command has it
) -> int:
    """Print a profile, or copy it to a file of yours to change it.

    Then set profile = "mine.toml" in tagwright.toml. A file of yours is
    checked: what is wrong is said with its line.
    """
    from tagwright_adapters.llm.profiles import find_profile  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.cli import saving  # noqa: PLC0415 - keeps --help quick
    from tagwright_prompts import profile_text  # noqa: PLC0415 - keeps --help quick

    edition = find_profile(name).edition
    saving.check_target(output, force=force)
    saving.save(profile_text(name), output)
    if output != saving.STDOUT:
        click.echo(f'{edition}, written to {output}; use it by profile = "{output}"', err=True)
    return 0
