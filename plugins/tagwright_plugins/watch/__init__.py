"""The daemon that tags what comes to rest in watched folders."""
