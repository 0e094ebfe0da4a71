"""Prompt templates and business profiles, as data."""
