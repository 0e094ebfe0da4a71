"""Options that several commands for Immich share."""

from __future__ import annotations

import click

account_option = click.option(
    "--account", metavar="NAME", help="Only this account of the configuration (default: all)."
)
