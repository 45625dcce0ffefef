"""Measurements, as ratios within one run: `python -m tests.benchmarks copy | source | tree | window | memory`."""
