"""``python -m tagwright_plugins.cli``."""

from tagwright_plugins.cli.main import cli

cli(prog_name="tagwright")
