"""Start the program: the private environment, further processes, the lock file, the unpacked binary."""
