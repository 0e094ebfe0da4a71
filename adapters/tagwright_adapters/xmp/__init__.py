"""Keywords in XMP and IPTC: how photo tools read them, and how ours join a person's."""
