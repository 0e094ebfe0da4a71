"""``tagwright sent``."""
