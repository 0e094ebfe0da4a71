"""``tagwright immich``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured
from tagwright_plugins.cli.taxonomy.exchange import import_
from tagwright_plugins.immich.backfilling.command import backfill
from tagwright_plugins.immich.checking.command import check
from tagwright_plugins.immich.installing.commands import install, uninstall
from tagwright_plugins.immich.options import account_option


@click.group(short_help="Tag the photos of accounts of Immich.")
def immich() -> None:
    """Tag the photos of accounts of Immich, through its own tags.

    The address stands under [immich] in the configuration, the key in
    IMMICH_API_KEY or in a file that IMMICH_API_KEY_FILE names.
    """


@immich.command(short_help="Tag every new photo, for as long as it runs.")
@click.option("--dry-run", is_flag=True, help="Say what would be set and touch no photo.")
@click.option("--pause", is_flag=True, help="Have it begin with no photo until --resume.")
@click.option("--resume", is_flag=True, help="Have it go on.")
@click.option("--retry", is_flag=True, help="Have it try photos again that were set aside.")
@configured
def serve(**options: object) -> int:
    """Tag every new photo, for as long as it runs.

    What was there before the first start stays as it is: 'tagwright immich
    backfill' tags it. What is in hand is finished when it is ended (SIGTERM,
    Ctrl-C); a second signal ends it at once, and nothing is lost either way.
    SIGHUP reads the configuration anew. What one day brought is one run:
    'tagwright undo' takes it back.
    """
    from tagwright_plugins.immich.serving.run import ServeOptions, run  # noqa: PLC0415 - quick help

    return run(ServeOptions(**options))  # type: ignore[arg-type]  # click made them so


@immich.command("import-taxonomy", short_help="Turn your tags in Immich into a vocabulary file.")
@click.argument("file", metavar="[FILE]", default="-")
@account_option
@click.option("--language", metavar="TAG", help="Language of the tags (default: en).")
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@click.option("--dry-run", is_flag=True, help="Say all, write nothing.")
@configured
@click.pass_context
def import_taxonomy(
    context: click.Context,
    /,
    *,
    file: str,
    account: str | None,
    state: Path | None,  # noqa: ARG001 - every command has it
    **options: object,
) -> None:
    """Turn your tags in Immich into a vocabulary file, or print it.

    Tags that control Tagwright are left out, and so is all that stands below
    the root of its own tags. Without a file of its own, 'taxonomy = "immich:"'
    in tagwright.toml lets every run read the tags anew.
    """
    sources = (f"immich:{account or ''}",)
    context.invoke(import_, sources=sources, output=file, **options)


@immich.command("push-taxonomy", short_help="Make the tags of your vocabulary in Immich.")
@account_option
@click.option("--dry-run", is_flag=True, help="Say which tags would be made, make none.")
@configured
def push_taxonomy(**options: object) -> int:
    """Make the tags of your vocabulary in Immich, so that they can be chosen there.

    Tags that somebody deleted in Immich are not made again until 'tagwright
    immich allow' lets them in. Nothing is deleted; Immich itself clears away
    each night what is on no photo.
    """
    from tagwright_plugins.immich.pushing import PushOptions, push  # noqa: PLC0415 - quick help

    return push(PushOptions(**options))  # type: ignore[arg-type]  # click made them so


@immich.command(short_help="Let tags in again that were deleted in Immich, or list them.")
@click.argument("tags", nargs=-1, metavar="[TAG]...")
@account_option
@configured
def allow(
    *, tags: tuple[str, ...], account: str | None, config: Path | None, state: Path | None
) -> int:
    """Let tags in again that were deleted in Immich, or list them.

    Who deletes a tag of Tagwright's altogether, on Immich's page of tags, does
    not want it on any photo: it is not made again until it is allowed here.
    TAG is its path, "Animals/Cat", as it stood in Immich or without the
    root of our tags; or the last name of it.
    """
    from tagwright.configuration import load  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.immich.allowing import run  # noqa: PLC0415 - keeps --help quick

    configuration, _ = load(config, {"state": state})
    return run(configuration, tags, account)


immich.add_command(backfill)
immich.add_command(check)
immich.add_command(install)
immich.add_command(uninstall)
