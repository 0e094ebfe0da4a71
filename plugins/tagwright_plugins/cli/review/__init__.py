"""``tagwright review``."""
