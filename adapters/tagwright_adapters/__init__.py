"""How Tagwright talks to the outside: photo tools, metadata and vision services."""
