"""One ``tagwright.toml``, overridden by ``TAGWRIGHT_…`` variables; no file is needed."""

from tagwright.configuration.loading import load
from tagwright.configuration.secrets import secret
from tagwright.configuration.settings import Configuration

__all__ = ["Configuration", "load", "secret"]
