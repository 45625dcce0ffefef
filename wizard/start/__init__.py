"""What runs before everything else: the private environment, starting again, the lock, the unpacked binary."""
