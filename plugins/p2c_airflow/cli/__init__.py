"""The `p2c` command line."""
