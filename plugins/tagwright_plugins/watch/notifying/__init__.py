"""Telling people of trouble."""
