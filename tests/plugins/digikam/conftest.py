"""The command line as a person runs it, as the tests of the other commands do."""

from tests.plugins.cli.conftest import Done, Tagwright, album, home, read, tagwright

__all__ = ["Done", "Tagwright", "album", "home", "read", "tagwright"]
