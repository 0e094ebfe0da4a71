"""``tagwright immich install`` and ``uninstall``: the workflows by which Immich calls us."""
