"""What a digiKam user runs."""
