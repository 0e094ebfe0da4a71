"""``tagwright search``."""
