"""``tagwright ledger``."""
