"""The gates before vision services: how many at once, how fast, and what if they are down."""
