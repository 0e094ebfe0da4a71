"""``tagwright immich backfill``: what was in an account before."""
