"""What an Immich user runs."""
