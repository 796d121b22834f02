"""Benchmarks of speed, cost and quality: `make bench`."""
