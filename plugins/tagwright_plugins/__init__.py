"""What a person runs: the command line and the programs that hook into each photo tool."""
