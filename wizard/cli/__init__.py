"""The command line: the steps without a window, and how they end."""
