"""The threads that send: what each holds open, how fast, how many, and what they report."""
