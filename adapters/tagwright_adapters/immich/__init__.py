"""Immich over HTTP: a small client that takes any version of the server."""
