"""The single binary, built by its one command and run where nothing else is; `python3 -m tests --binary`."""
