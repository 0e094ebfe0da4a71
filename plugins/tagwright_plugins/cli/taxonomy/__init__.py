"""``tagwright taxonomy``."""
