"""Pictures that look like documents."""

from __future__ import annotations

from tagwright.model import Facts, Rendition
from tagwright_adapters.basics.origin import observe_origin


def looks_like_document(rendition: Rendition, facts: Facts) -> str:
    """Return why a picture looks like a document, or nothing."""
    for seen in observe_origin(facts):
        if seen.label in {"screenshot", "scan"}:
            return f"{seen.label}: {seen.how}"
    return ""
