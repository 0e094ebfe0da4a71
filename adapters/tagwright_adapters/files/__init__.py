"""Plain folders of photos, with tags in XMP."""
