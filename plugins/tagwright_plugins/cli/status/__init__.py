"""``tagwright status``."""
