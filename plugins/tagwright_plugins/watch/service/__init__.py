"""The service by which systemd or launchd start the daemon, and the commands that install it."""
