"""``tagwright taggers``."""
