"""A process that tags single photos for as long as some are handed to it, with all made ready."""
