"""``tagwright undo``."""
