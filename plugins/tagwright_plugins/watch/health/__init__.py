"""What is answered to those who ask how the daemon is, over HTTP."""
