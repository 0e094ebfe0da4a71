"""``tagwright batches``."""
