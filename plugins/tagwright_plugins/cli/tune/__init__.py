"""``tagwright tune``."""
