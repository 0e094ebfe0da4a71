"""``tagwright accept`` and ``tagwright reject``."""
