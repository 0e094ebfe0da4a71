"""What everything of ours that is served over HTTP has in common."""
