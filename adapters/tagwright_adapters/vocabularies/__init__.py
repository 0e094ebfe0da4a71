"""Vocabularies that people already have, made into taxonomies."""
