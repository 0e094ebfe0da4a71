"""``tagwright doctor``."""
