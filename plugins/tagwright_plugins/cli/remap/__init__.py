"""``tagwright remap``."""
