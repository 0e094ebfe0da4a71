"""``tagwright immich serve``: all accounts, for as long as it runs."""
