"""``tagwright immich check``."""
