"""Pictures: which files are ours, what identifies their content, and how they are made small."""

from tagwright.pictures.containers import Container, sniff
from tagwright.pictures.content_key import content_key
from tagwright.pictures.formats import Format, FormatKind, format_of, is_photo
from tagwright.pictures.rendition import render, render_data

__all__ = [
    "Container",
    "Format",
    "FormatKind",
    "content_key",
    "format_of",
    "is_photo",
    "render",
    "render_data",
    "sniff",
]
