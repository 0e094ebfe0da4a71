"""Taxonomies as tables: CSV as RFC 4180 has it, and with semicolons or tabs, as spreadsheets do."""

from tagwright_adapters.vocabularies.tables.reading import read
from tagwright_adapters.vocabularies.tables.writing import render

__all__ = ["read", "render"]
