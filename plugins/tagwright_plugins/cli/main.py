"""``tagwright``: the group of commands. Imports little, so that ``--help`` answers at once."""

from __future__ import annotations

import atexit
import gc
import importlib

import click

import tagwright

_COMMANDS = {
    "tag": "tagwright_plugins.cli.tag.command:tag",
    "watch": "tagwright_plugins.watch.command:watch",
    "batches": "tagwright_plugins.cli.batches.command:batches",
    "remap": "tagwright_plugins.cli.remap.command:remap",
    "review": "tagwright_plugins.cli.review.command:review",
    "accept": "tagwright_plugins.cli.decide.command:accept",
    "reject": "tagwright_plugins.cli.decide.command:reject",
    "tune": "tagwright_plugins.cli.tune.command:tune",
    "search": "tagwright_plugins.cli.search.command:search",
    "undo": "tagwright_plugins.cli.undo.command:undo",
    "sent": "tagwright_plugins.cli.sent.command:sent",
    "history": "tagwright_plugins.cli.history.command:history",
    "ledger": "tagwright_plugins.cli.ledger.command:ledger",
    "status": "tagwright_plugins.cli.status.command:status",
    "taxonomy": "tagwright_plugins.cli.taxonomy.command:taxonomy",
    "immich": "tagwright_plugins.immich.commands:immich",
    "digikam": "tagwright_plugins.digikam.commands:digikam",
    "taggers": "tagwright_plugins.cli.taggers.command:taggers",
    "costs": "tagwright_plugins.cli.costs.command:costs",
    "doctor": "tagwright_plugins.cli.doctor.command:doctor",
}

# New objects between two walks of the collector. Python's own 700 makes it walk over the modules
# of the large libraries again and again while they are imported: a sixth of a command's start.
_COLLECTED = 50_000


class _LazyGroup(click.Group):
    """Imports a command only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return names in the order of their use, not of the alphabet."""
        return list(_COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """Import the command's module and return the command."""
        target = _COMMANDS.get(cmd_name)
        if target is None:
            return None
        gc.set_threshold(_COLLECTED)
        atexit.register(gc.freeze)  # nor is all walked over once more as the program ends
        module, _, name = target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(tagwright.__version__, prog_name="tagwright")
def cli() -> None:
    """Tag your photos in your own vocabulary.

    Photos are looked at by a tagger (offline rules or a vision model), what it
    says is mapped to your taxonomy, and only that is written: as XMP that
    digiKam, Immich, Lightroom and darktable read. What people wrote stays.
    """
