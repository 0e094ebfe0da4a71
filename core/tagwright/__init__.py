"""The tagging core: it knows photos, concepts and decisions, but no photo tool and no vendor."""

__version__ = "0.1.0"
