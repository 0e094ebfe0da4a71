"""digiKam's own settings and database, which are only ever read."""
