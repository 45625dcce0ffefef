"""The work of the six steps, one module each, and the job that runs a step in a thread. Knows no window."""
