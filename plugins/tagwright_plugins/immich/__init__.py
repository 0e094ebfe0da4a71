"""Immich: every upload tagged."""
