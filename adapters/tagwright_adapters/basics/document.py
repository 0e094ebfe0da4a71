"""Pictures that look like documents, for those who want these to stay at home.

Nothing is read: that would take a hundred times as long, and need a program that is not everywhere.
"""

from __future__ import annotations

from tagwright.model import Facts, Rendition
from tagwright_adapters.basics.origin import observe_origin
from tagwright_adapters.basics.page import Page


def looks_like_document(rendition: Rendition, facts: Facts) -> str:
    """Return why a picture looks like a document, or nothing.

    Raises:
        TaggerError: the rendition cannot be decoded.
    """
    origin = {seen.label: seen.how for seen in observe_origin(facts)}
    if "screenshot" in origin:
        return f"a screenshot: {origin['screenshot']}"
    page = Page.of(rendition.data)
    if page.is_document:
        return f"writing on {page.written:.0%} of the picture, on a light page of {page.area:.0%}"
    if "scan" in origin and page.written >= 0.01 and page.area >= 0.3:
        return f"a scan with writing: {origin['scan']}"
    return ""
