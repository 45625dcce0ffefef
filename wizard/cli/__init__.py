"""The command line: the steps without a window."""
