"""The files by which digiKam and the desktop call Tagwright."""
