"""``tagwright costs``."""
