"""``tagwright tag``."""
