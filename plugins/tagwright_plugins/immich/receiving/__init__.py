"""Takes what Immich's workflows announce."""

from tagwright_plugins.immich.receiving.hooks import HEADER, hook_path
from tagwright_plugins.immich.receiving.webhook import Announce, webhook

__all__ = ["HEADER", "Announce", "hook_path", "webhook"]
