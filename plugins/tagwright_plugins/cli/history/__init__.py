"""``tagwright history``."""
